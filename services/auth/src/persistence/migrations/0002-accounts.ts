import { type SqlMigration, tenantTable } from '@switchboard/storage';

/** People, workspaces, and what ties them together. */
export const accountsMigration: SqlMigration = {
  name: '0002-accounts',
  statements: [
    `create table users (
       id text primary key,
       email text not null unique check (email = lower(email)),
       name text not null,
       password_hash text,
       email_verified_at timestamptz,
       referral_code text,
       created_at timestamptz not null
     )`,
    `create table workspaces (
       id text primary key,
       workspace_id text not null generated always as (id) stored,
       name text not null,
       created_at timestamptz not null
     )`,
    ...tenantTable('workspaces'),
    `create table memberships (
       id text primary key,
       workspace_id text not null references workspaces (id),
       user_id text not null references users (id),
       role text not null check (role in ('OWNER', 'ADMIN', 'MEMBER')),
       created_at timestamptz not null,
       unique (workspace_id, user_id)
     )`,
    'create index memberships_user on memberships (user_id, id)',
    ...tenantTable('memberships'),
    `create table invitations (
       id text primary key,
       workspace_id text not null references workspaces (id),
       email text not null check (email = lower(email)),
       first_name text,
       role text not null check (role in ('OWNER', 'ADMIN', 'MEMBER')),
       invited_by_user_id text,
       token_hash text not null,
       created_at timestamptz not null,
       expires_at timestamptz not null,
       accepted_at timestamptz,
       revoked_at timestamptz
     )`,
    'create index invitations_workspace on invitations (workspace_id, id)',
    `create unique index invitations_pending on invitations (workspace_id, email)
       where accepted_at is null and revoked_at is null`,
    ...tenantTable('invitations'),
  ],
};
