/** Every scope of the API. A field names the ones it needs; a caller carries the ones it has. */
export const SCOPES = [
  'mail:read',
  'mail:send',
  'telephony:read',
  'telephony:send',
  'telephony:manage',
  'billing:read',
  'billing:charge',
  'billing:refund',
  'meetings:read',
  'meetings:write',
  'audit:read',
  'webhooks:manage',
  'workspace:admin',
] as const;

export type ScopeName = (typeof SCOPES)[number];

export function isScope(text: string): text is ScopeName {
  return (SCOPES as readonly string[]).includes(text);
}
