import { type SqlMigration, tenantTable } from '@switchboard/storage';

/** Automations that act for a workspace, and the keys they act by. */
export const agentsMigration: SqlMigration = {
  name: '0009-agents',
  statements: [
    `create table agents (
       id text primary key,
       workspace_id text not null references workspaces (id),
       name text not null,
       scopes jsonb not null,
       created_at timestamptz not null,
       ended_at timestamptz,
       unique (workspace_id, id)
     )`,
    ...tenantTable('agents'),
    `alter table api_keys
       add column agent_id text,
       add foreign key (workspace_id, agent_id) references agents (workspace_id, id)`,
    'create index api_keys_agent on api_keys (agent_id) where revoked_at is null',
  ],
};
