import { defineInventory } from '@switchboard/personal-data';

const CHAIN = {
  keep: 'the chain of hashes must stay verifiable; entries hold ids, and with the account gone an id names nobody',
} as const;
const COPY = { file: 'audit-entries' } as const;

/** Nothing is erased here: what is recorded are thin events, which never hold what could name a person. */
export const auditInventory = defineInventory([
  {
    table: 'audit_entries',
    workspace: { copy: COPY, erasure: CHAIN },
    person: [{ rows: 'actor_user_id = :userId', copy: COPY, erasure: CHAIN }],
  },
  { table: 'audit_heads', key: 'workspace_id', workspace: { copy: { file: 'audit-heads' }, erasure: CHAIN } },
  {
    table: 'audit_checkpoints',
    key: "workspace_id || '/' || lpad(sequence::text, 20, '0')",
    workspace: { copy: { file: 'audit-checkpoints' }, erasure: CHAIN },
  },
]);
