import { defineInventory } from '@switchboard/personal-data';

/** Texts are a workspace's, whoever of its members sent them; Twilio accounts are their user's. */
export const telephonyInventory = defineInventory([
  { table: 'sms', workspace: { copy: { file: 'sms' } } },
  { table: 'opt_outs', workspace: { copy: { file: 'opt-outs' } } },
  {
    table: 'twilio_settings',
    workspace: { copy: { file: 'twilio-settings' } },
    person: [{ rows: 'user_id = :userId', copy: { file: 'twilio-settings' }, erasure: 'delete' }],
  },
]);
