import type { SqlMigration } from '@switchboard/storage';

/** One owner a workspace, and what becomes of an invitation's link: sent again, or shown to an administrator. */
export const membersInvitationsMigration: SqlMigration = {
  name: '0011-members-invitations',
  statements: [
    // Owners could invite owners before; the first one stays, and the others keep every right but the title.
    `update memberships set role = 'ADMIN'
       where role = 'OWNER' and id > (
         select min(owner.id) from memberships owner
           where owner.workspace_id = memberships.workspace_id and owner.role = 'OWNER'
       )`,
    "update invitations set role = 'ADMIN' where role = 'OWNER' and accepted_at is null",
    "create unique index memberships_owner on memberships (workspace_id) where role = 'OWNER'",
    `alter table invitations
       add column token_generation integer not null default 1,
       add column link_shown_at timestamptz`,
  ],
};
