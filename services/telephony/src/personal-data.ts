import { defineInventory } from '@switchboard/personal-data';

/** Texts and calls are a workspace's, whoever of its members sent or placed them; Twilio accounts are their user's. */
export const telephonyInventory = defineInventory([
  { table: 'sms', workspace: { copy: { file: 'sms' } } },
  // The address of a recording may open to whoever has it; the recording's id stays in the copy.
  { table: 'calls', workspace: { copy: { file: 'calls', without: ['recording_media_url'] } } },
  { table: 'opt_outs', workspace: { copy: { file: 'opt-outs' } } },
  {
    table: 'twilio_settings',
    workspace: { copy: { file: 'twilio-settings' } },
    person: [{ rows: 'user_id = :userId', copy: { file: 'twilio-settings' }, erasure: 'delete' }],
  },
]);
