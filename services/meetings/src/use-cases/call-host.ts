import type { IntentCall } from '@switchboard/intents';
import {
  type CredentialLender,
  type ProviderCall,
  type ProviderRegistry,
  requireRole,
} from '@switchboard/providers';
import type { Database } from '@switchboard/storage';
import type { Meeting } from '../domain/meeting.ts';
import type { ConferenceHost, MeetingProvider } from '../providers/meeting-provider.ts';

/** What work at a vendor needs. */
export interface HostDeps {
  readonly database: Database;
  readonly lender: CredentialLender;
  readonly providers: ProviderRegistry<MeetingProvider>;
}

/** Asks the vendor of a meeting through the connection it was made with. */
export async function callHost<T>(
  { lender, providers }: HostDeps,
  meeting: Meeting,
  { intentId, signal }: IntentCall,
  ask: (host: ConferenceHost, call: ProviderCall) => Promise<T>,
): Promise<T> {
  const request = {
    vendor: meeting.provider,
    workspaceId: meeting.workspaceId,
    ...(meeting.userId && { userId: meeting.userId }),
    connectionId: meeting.connectionId,
    mode: 'live',
  } as const;
  const host = requireRole(providers.get(meeting.provider), 'conferences');
  return lender.use(request, (credential) => ask(host, { credential, idempotencyKey: intentId, signal }));
}
