/**
 * What a vendor's request about a call is for; a part of its address, as `on`, because the parameters alone do not tell
 * safely: a call that rings is asked for and reported with the same ones.
 * - `incoming-call`: somebody calls, and we say what to do.
 * - `voicemail-ended`: the caller has spoken, and we say what to do next.
 * - `call-status`, `recording`: reports.
 */
export const CALL_OCCASIONS = ['incoming-call', 'voicemail-ended', 'call-status', 'recording'] as const;
export type CallOccasion = (typeof CALL_OCCASIONS)[number];

/** What a callback's address says besides the connection. */
export interface CallbackSubject {
  /** Our text or call, named so that a callback finds it even before, or without, the vendor's answer. */
  readonly sms?: string;
  readonly call?: string;
  readonly on?: CallOccasion;
}

/** Where the vendor of a connection calls back. */
export function callbackUrl(publicUrl: string, connectionId: string, subject: CallbackSubject = {}): string {
  const url = new URL(`/webhooks/twilio/${connectionId}`, publicUrl);
  for (const [name, value] of Object.entries(subject)) url.searchParams.set(name, value);
  return url.href;
}
