import { defineInventory, type Share } from '@switchboard/personal-data';

const OF_NO_WORKSPACE: Share = { rows: 'false', erasure: { keep: "is a person's, or ends by itself" } };
const REQUESTS_OF_PERSON = "select id from data_requests where scope = 'USER' and user_id = :userId";
const REQUESTS_OF_WORKSPACE =
  "select id from data_requests where scope = 'WORKSPACE' and workspace_id = :workspaceId";
const OWN = 'user_id = :userId';
const PROOF = { keep: 'shows that it was done; holds ids and times only' } as const;
const CONNECTION_COPY = {
  file: 'connections',
  without: ['secrets_sealed', 'lease_owner', 'lease_until', 'token_generation', 'retries', 'retry_at'],
};

/** An account is a person's own and ends with them; a workspace takes everything with it but its members' accounts. */
export const authInventory = defineInventory([
  {
    table: 'preferences',
    workspace: { copy: { file: 'preferences' } },
    person: [{ rows: OWN, copy: { file: 'preferences' }, erasure: 'delete' }],
  },
  {
    table: 'api_keys',
    workspace: { copy: { file: 'api-keys', without: ['secret_hash', 'previous_secret_hash'] } },
  },
  { table: 'agents', workspace: { copy: { file: 'agents' } } },
  {
    table: 'invitations',
    workspace: { copy: { file: 'invitations', without: ['token_hash'] } },
    person: [
      { rows: 'email = :email', copy: { file: 'invitations', without: ['token_hash'] }, erasure: 'delete' },
    ],
  },
  { table: 'challenges', person: [{ rows: OWN, erasure: 'delete' }] },
  { table: 'factor_challenges', person: [{ rows: OWN, erasure: 'delete' }] },
  { table: 'sessions', person: [{ rows: OWN, copy: { file: 'sessions' }, erasure: 'delete' }] },
  { table: 'consents', person: [{ rows: OWN, erasure: 'delete' }] },
  {
    table: 'connections',
    workspace: { copy: CONNECTION_COPY },
    person: [{ rows: OWN, copy: CONNECTION_COPY, erasure: 'delete' }],
  },
  {
    table: 'recovery_codes',
    workspace: OF_NO_WORKSPACE,
    person: [{ rows: OWN, erasure: 'delete' }],
  },
  {
    table: 'second_factors',
    workspace: OF_NO_WORKSPACE,
    person: [{ rows: OWN, copy: { file: 'second-factors', without: ['sealed'] }, erasure: 'delete' }],
  },
  {
    table: 'identities',
    workspace: OF_NO_WORKSPACE,
    person: [{ rows: OWN, copy: { file: 'identities' }, erasure: 'delete' }],
  },
  {
    table: 'memberships',
    workspace: { copy: { file: 'memberships' } },
    person: [{ rows: OWN, copy: { file: 'memberships' }, erasure: 'delete' }],
  },
  {
    table: 'data_parts',
    key: "request_id || '/' || service || '/' || lpad(sequence::text, 10, '0')",
    workspace: { rows: `request_id in (${REQUESTS_OF_WORKSPACE})` },
    person: [{ rows: `request_id in (${REQUESTS_OF_PERSON})`, erasure: 'delete' }],
  },
  {
    table: 'workspace_keys',
    key: 'workspace_id',
    workspace: { rows: `workspace_id = :workspaceId or workspace_id in (${REQUESTS_OF_WORKSPACE})` },
    person: [
      { rows: `workspace_id = :userId or workspace_id in (${REQUESTS_OF_PERSON})`, erasure: 'delete' },
    ],
  },
  {
    table: 'data_answers',
    key: "request_id || '/' || service",
    workspace: { rows: 'false', erasure: PROOF },
  },
  {
    table: 'data_requests',
    workspace: {
      rows: "scope = 'WORKSPACE' and workspace_id = :workspaceId",
      copy: { file: 'data-requests', without: ['email'] },
      erasure: PROOF,
    },
    person: [{ rows: OWN, copy: { file: 'data-requests', without: ['email'] }, erasure: PROOF }],
  },
  {
    table: 'users',
    workspace: {
      rows: 'id in (select user_id from memberships where workspace_id = :workspaceId)',
      copy: { file: 'members', without: ['password_hash', 'referral_code'] },
      erasure: { keep: "accounts are their people's own" },
    },
    person: [
      { rows: 'id = :userId', copy: { file: 'account', without: ['password_hash'] }, erasure: 'delete' },
    ],
  },
  {
    table: 'workspaces',
    workspace: { rows: 'id = :workspaceId', copy: { file: 'workspace', without: ['suspended_reason'] } },
  },
  { table: 'sign_in_starts', workspace: OF_NO_WORKSPACE },
  { table: 'attempt_counters', key: 'bucket', workspace: OF_NO_WORKSPACE },
]);
