import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { Tx } from '@switchboard/storage';
import { TwilioSettings } from '../domain/twilio-settings.ts';

/**
 * The settings that a caller writes and calls through: their own. An API key has no user; then the number says whose
 * account is meant.
 * @throws AppError REJECTED when there are none.
 */
export async function settingsFor(
  em: Tx['em'],
  { userId }: WorkspaceActor,
  from: string | null | undefined,
): Promise<TwilioSettings> {
  const where = userId ? { userId } : from ? { phoneNumber: from } : {};
  const settings = await em.findOne(TwilioSettings, where, { orderBy: { id: 'asc' } });
  if (settings) return settings;
  throw new AppError('REJECTED', 'no Twilio settings', {
    publicMessage: 'Save Twilio settings first.',
    details: { code: 'TWILIO_SETTINGS_MISSING' },
  });
}
