import { defineIntent, type Intent } from '@switchboard/intents';
import type { RpcClient } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { AuthService } from '@switchboard/proto-schemas';
import { type CredentialLender, type ProviderRegistry, requireRole, reveal } from '@switchboard/providers';
import type { PhoneProvider } from '../providers/phone-provider.ts';

export interface SendCodePayload {
  /** What the code is for. */
  readonly challengeId: string;
}

/**
 * Texts a sign-in code from the installation's own number. Number and code are asked for at the moment of sending and
 * kept nowhere: whoever reads the texts of a workspace must not be able to sign in as its people. Never sent twice; who
 * got none asks for another.
 */
export function sendCode(deps: {
  rpc: RpcClient;
  lender: CredentialLender;
  providers: ProviderRegistry<PhoneProvider>;
  logger: Logger;
}): Intent<SendCodePayload, undefined> {
  return defineIntent<SendCodePayload, undefined>({
    kind: 'send-code',
    repeatable: false,
    async act({ challengeId }, { intentId, signal }) {
      const { phoneNumber, text } = await deps.rpc.ask(AuthService.method.smsContext, { challengeId });
      const sender = requireRole(deps.providers.get('twilio'), 'sender');
      const platform = { vendor: 'twilio', connectionId: 'platform', mode: 'live' } as const;
      await deps.lender.use(platform, (credential) =>
        sender.send(
          { from: reveal(credential, 'phoneNumber'), to: phoneNumber, body: text },
          { credential, idempotencyKey: intentId, signal },
        ),
      );
      return undefined;
    },
    async settle() {},
    async fail(_tx, { challengeId }, error) {
      deps.logger.warn({ err: error, challengeId }, 'code not sent');
    },
  });
}
