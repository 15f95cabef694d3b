import type { IntentCall } from '@switchboard/intents';
import {
  type CredentialLender,
  type ProviderCall,
  type ProviderRegistry,
  requireRole,
} from '@switchboard/providers';
import { type Database, SYSTEM } from '@switchboard/storage';
import { Call } from '../domain/call.ts';
import type { Caller, PhoneProvider } from '../providers/phone-provider.ts';

/** What work on calls at the vendor needs. */
export interface CallWorkDeps {
  readonly database: Database;
  readonly lender: CredentialLender;
  readonly providers: ProviderRegistry<PhoneProvider>;
  readonly publicUrl: string;
}

/** Works on a recorded call at its vendor, with the credential of its connection. */
export async function atTheVendor<T>(
  { database, lender, providers }: CallWorkDeps,
  callId: string,
  { intentId, signal }: IntentCall,
  work: (caller: Caller, recorded: Call, providerCall: ProviderCall) => Promise<T>,
): Promise<T> {
  const recorded = await database.read(SYSTEM, (em) => em.findOneOrFail(Call, { id: callId }));
  const { workspaceId, userId, connectionId } = recorded;
  const caller = requireRole(providers.get('twilio'), 'caller');
  const request = { vendor: 'twilio', workspaceId, userId, connectionId, mode: 'live' } as const;
  return lender.use(request, (credential) =>
    work(caller, recorded, { credential, idempotencyKey: intentId, signal }),
  );
}
