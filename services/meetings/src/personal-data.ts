import { defineInventory } from '@switchboard/personal-data';

/** Meetings are a workspace's, whoever of its members arranged them. */
export const meetingsInventory = defineInventory([
  { table: 'meetings', workspace: { copy: { file: 'meetings' } } },
]);
