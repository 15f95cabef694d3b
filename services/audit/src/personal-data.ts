import { defineInventory } from '@switchboard/personal-data';

const CHAIN = {
  keep: 'the chain of hashes must stay verifiable; entries hold ids, and with the account gone an id names nobody',
} as const;
const COPY = { file: 'audit-entries' } as const;

const CALLS = {
  file: 'tool-executions',
  without: ['subject_id', 'input_sealed', 'result_sealed'],
} as const;
const UNREADABLE = {
  keep: 'with the key gone nobody reads what went in and came out; ids, times and states show that it happened',
} as const;

/**
 * Of the trail itself nothing is erased: what is recorded are thin events, which never hold what could name a person.
 * What tools were called with goes with the key of whoever called.
 */
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
  {
    table: 'subject_keys',
    key: "workspace_id || '/' || subject_id",
    person: [{ rows: 'subject_id = :userId', erasure: 'delete' }],
  },
  {
    table: 'tool_executions',
    workspace: { copy: CALLS },
    person: [{ rows: 'user_id = :userId', copy: CALLS, erasure: UNREADABLE }],
  },
]);
