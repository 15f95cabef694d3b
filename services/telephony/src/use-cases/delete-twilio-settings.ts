import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { defineIntent, type Intent, planIntent } from '@switchboard/intents';
import type { RpcClient, UnitOfWork } from '@switchboard/messaging';
import { AuthService, TwilioSettingsDeletedSchema } from '@switchboard/proto-schemas';
import { TwilioSettings } from '../domain/twilio-settings.ts';

export interface ForgetCredentialPayload {
  readonly connectionId: string;
  readonly workspaceId: string;
}

/** Has auth destroy a credential. Planned with the deletion, so that neither a crash nor auth's absence leaves it. */
export function forgetCredential(rpc: RpcClient): Intent<ForgetCredentialPayload, void> {
  return defineIntent<ForgetCredentialPayload, void>({
    kind: 'forget-credential',
    repeatable: true,
    async act({ connectionId, workspaceId }) {
      await rpc.ask(AuthService.method.deleteCredential, { connectionId, workspaceId });
    },
    async settle() {},
    async fail() {},
  });
}

/** Deletes the caller's Twilio settings and the credential behind them. Messages stay. */
export class DeleteTwilioSettings {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly forget: Intent<ForgetCredentialPayload, void>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /** @returns the id of what is gone. @throws AppError NOT_FOUND */
  async execute(actor: WorkspaceActor): Promise<string> {
    const userId = requireUserId(actor);
    const { settingsId, intentId } = await this.unitOfWork.run(actor, async (tx) => {
      const settings = await tx.em.findOne(TwilioSettings, { userId });
      if (!settings) throw notFound('Twilio settings');
      const { id: settingsId, connectionId, sandbox } = settings;
      tx.em.remove(settings);
      const causedBy = tx.record(TwilioSettingsDeletedSchema, { settingsId, userId, connectionId, sandbox });
      const payload = { connectionId, workspaceId: actor.workspaceId };
      return { settingsId, intentId: await planIntent(tx, this.forget, payload, { causedBy }) };
    });
    await this.runIntent(intentId);
    return settingsId;
  }
}
