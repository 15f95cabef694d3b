/** What steps of the schema do to rows that are there already. */
import { createLogger } from '@switchboard/observability';
import { Database, SYSTEM } from '@switchboard/storage';
import { memoryDatabase } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { ENTITIES, MIGRATIONS } from '../src/persistence/schema.ts';

const NOW = '2026-11-20T09:00:00Z';
const schema = { service: 'auth', entities: [...ENTITIES] };

it('a workspace with several owners keeps the first; the others and owners to be are administrators', async () => {
  const step = MIGRATIONS.findIndex((migration) => migration.name === '0011-members-invitations');
  const before = await memoryDatabase({ ...schema, migrations: MIGRATIONS.slice(0, step) });
  await before.transaction(SYSTEM, async ({ em }) => {
    for (const n of [1, 2, 3]) {
      await em.execute('insert into users (id, email, name, created_at) values (?, ?, ?, ?)', [
        `usr_${n}`,
        `${n}@example.com`,
        'Ana',
        NOW,
      ]);
    }
    for (const workspace of ['wsp_1', 'wsp_2']) {
      await em.execute('insert into workspaces (id, name, created_at) values (?, ?, ?)', [
        workspace,
        'W',
        NOW,
      ]);
    }
    for (const [id, workspace, user, role] of [
      ['mbr_1', 'wsp_1', 'usr_1', 'OWNER'],
      ['mbr_2', 'wsp_1', 'usr_2', 'OWNER'],
      ['mbr_3', 'wsp_1', 'usr_3', 'MEMBER'],
      ['mbr_4', 'wsp_2', 'usr_2', 'OWNER'],
    ]) {
      await em.execute(
        'insert into memberships (id, workspace_id, user_id, role, created_at) values (?, ?, ?, ?, ?)',
        [id, workspace, user, role, NOW],
      );
    }
    await em.execute(
      `insert into invitations (id, workspace_id, email, role, token_hash, created_at, expires_at)
         values ('inv_1', 'wsp_1', '4@example.com', 'OWNER', 'hash', ?, ?)`,
      [NOW, NOW],
    );
  });
  const image = await before.dump();
  await before.close();

  const logger = createLogger('auth', { level: 'silent' });
  const location = { kind: 'memory', image } as const;
  const after = await Database.open({ ...schema, migrations: MIGRATIONS, logger, location });
  try {
    const rows = await after.read(SYSTEM, async (em) => ({
      members: await em.execute('select id, role from memberships order by id'),
      invitations: await em.execute('select role, token_generation, link_shown_at from invitations'),
    }));
    expect(rows.members).toEqual([
      { id: 'mbr_1', role: 'OWNER' },
      { id: 'mbr_2', role: 'ADMIN' },
      { id: 'mbr_3', role: 'MEMBER' },
      { id: 'mbr_4', role: 'OWNER' },
    ]);
    expect(rows.invitations).toEqual([{ role: 'ADMIN', token_generation: 1, link_shown_at: null }]);
    const second = after.statement("update memberships set role = 'OWNER' where id = 'mbr_3'", []);
    await expect(second).rejects.toThrow(/memberships_owner|unique/i);
  } finally {
    await after.close();
  }
});

it('connections by a form that are there already are tried within the hour, if anybody can', async () => {
  const step = MIGRATIONS.findIndex((migration) => migration.name === '0018-connection-checks');
  const before = await memoryDatabase({ ...schema, migrations: MIGRATIONS.slice(0, step) });
  await before.transaction(SYSTEM, async ({ em }) => {
    for (const [id, vendor, state, account] of [
      ['con_1', 'TWILIO', 'CONNECTED', null],
      ['con_2', 'TWILIO', 'DISCONNECTED', null],
      ['con_3', 'OPENAI', 'CONNECTED', null],
      ['con_4', 'ZOOM', 'CONNECTED', 'somebody'],
    ]) {
      await em.execute(
        `insert into connections (id, workspace_id, owner_kind, vendor, name, sandbox, test_only, secrets_sealed,
           shown, state, state_since, account_id, scopes, created_at, updated_at)
         values (?, 'wsp_1', 'WORKSPACE', ?, 'Ours', false, false, 'sealed', '[]', ?, ?, ?, ?::jsonb, ?, ?)`,
        [id, vendor, state, NOW, account, account && '[]', NOW, NOW],
      );
    }
  });
  const image = await before.dump();
  await before.close();

  const logger = createLogger('auth', { level: 'silent' });
  const location = { kind: 'memory', image } as const;
  const after = await Database.open({ ...schema, migrations: MIGRATIONS, logger, location });
  try {
    const rows = await after.read(SYSTEM, (em) =>
      em.execute(
        "select id from connections where next_check_at between now() and now() + interval '1 hour' order by id",
      ),
    );
    expect(rows).toEqual([{ id: 'con_1' }]);
  } finally {
    await after.close();
  }
});
