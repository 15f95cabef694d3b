/** The vault key is replaced while another replica goes on lending: 10,000 secrets of 500 workspaces. */
import { randomInt } from 'node:crypto';
import { encrypt, newEnvelopeKey } from '@switchboard/envelope';
import { newId } from '@switchboard/ids';
import { type Database, SYSTEM } from '@switchboard/storage';
import { databaseKinds } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../src/domain/connection.ts';
import { WorkspaceKey } from '../src/domain/workspace-key.ts';
import { ENTITIES, MIGRATIONS } from '../src/persistence/schema.ts';
import { RotateVaultKey } from '../src/use-cases/vault/rotate-vault-key.ts';
import { SealSecrets, unwrap } from '../src/use-cases/vault/seal-secrets.ts';

const WORKSPACES = 500;
const SECRETS = 10_000;
const READERS = 2;
const now = new Date('2026-11-20T09:00:00Z');
const [old, next] = [newEnvelopeKey(), newEnvelopeKey()];

describe.each(databaseKinds())('replacing the vault key on $name', { timeout: 120_000 }, (kind) => {
  let database: Database;
  let ids: string[];

  beforeAll(async () => {
    database = await kind.open({ service: 'auth', entities: [...ENTITIES], migrations: MIGRATIONS });
    ids = await fill(database);
  }, 120_000);
  afterAll(async () => {
    await database.close();
    await kind.stop();
  });

  /** Reads secrets as a replica does that knows both keys and was not restarted yet, until told to stop. */
  async function read(until: Promise<unknown>): Promise<number> {
    const sealSecrets = new SealSecrets([old, next]);
    let isOver = false;
    void until.finally(() => (isOver = true)).catch(() => {});
    let reads = 0;
    while (!isOver) {
      const id = ids[randomInt(ids.length)] ?? '';
      const secrets = await database.read(SYSTEM, async (em) =>
        sealSecrets.open(em, await em.findOneOrFail(Connection, { id })),
      );
      expect(secrets.reveal()).toEqual({ apiKey: `key of ${id}` });
      reads += 1;
    }
    return reads;
  }

  async function beside<T>(work: Promise<T>): Promise<{ result: T; reads: number }> {
    const readers = Array.from({ length: READERS }, () => read(work));
    const result = await work;
    const counts = await Promise.all(readers);
    return { result, reads: counts.reduce((sum, count) => sum + count, 0) };
  }

  it('fails no read, goes on where it was interrupted, and leaves the old key unneeded', async () => {
    const interrupted = await beside(
      new RotateVaultKey(endingAfter(database, WORKSPACES / 5), [next, old])
        .execute()
        .catch((thrown: Error) => thrown.message),
    );
    expect(interrupted.result).toBe('killed');
    expect(interrupted.reads).toBeGreaterThan(0);

    const resumed = await beside(new RotateVaultKey(database, [next, old]).execute());
    expect(resumed.result).toBe(WORKSPACES - WORKSPACES / 5);
    expect(resumed.reads).toBeGreaterThan(0);

    const sealSecrets = new SealSecrets([next]);
    const opened = await database.read(SYSTEM, async (em) => {
      const rows = await em.find(Connection, {});
      // One after the other, so that each workspace's key is looked up once.
      for (const row of rows) await sealSecrets.open(em, row);
      return rows.length;
    });
    expect(opened).toBe(SECRETS);
    await expect(new RotateVaultKey(database, [old]).execute()).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

/** A process that is killed after so many data keys. */
function endingAfter(database: Database, transactions: number): Database {
  let left = transactions;
  const mortal: Pick<Database, 'read' | 'transaction'> = {
    read: (scope, work) => database.read(scope, work),
    async transaction(scope, work) {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return database.transaction(scope, work);
    },
  };
  return mortal as Database;
}

/** @returns the ids of the connections. */
async function fill(database: Database): Promise<string[]> {
  const workspaceIds = Array.from({ length: WORKSPACES }, () => newId('wsp'));
  const sealSecrets = new SealSecrets([old]);
  const keys = await database.transaction(SYSTEM, async ({ em }) => {
    // The first secret of a workspace makes its key.
    for (const workspaceId of workspaceIds) await sealSecrets.seal(em, { id: 'con_0', workspaceId }, {}, now);
    return new Map((await em.find(WorkspaceKey, {})).map((row) => [row.workspaceId, unwrap([old], row)]));
  });
  const rows = Array.from({ length: SECRETS }, (_, index) => {
    const [id, workspaceId] = [newId('con'), workspaceIds[index % WORKSPACES] ?? ''];
    const place = { table: 'connections', column: 'secrets_sealed', rowId: id, workspaceId };
    const secrets = Buffer.from(JSON.stringify({ apiKey: `key of ${id}` }));
    return { id, workspaceId, sealed: encrypt(keys.get(workspaceId) ?? old, place, secrets) };
  });
  await database.statement(
    `insert into connections (id, workspace_id, owner_kind, vendor, name, sandbox, test_only, secrets_sealed, shown,
       state, state_since, created_at, updated_at)
     select id, "workspaceId", 'WORKSPACE', 'SENDGRID', 'Mail', true, false, sealed, '[]', 'CONNECTED', now(), now(), now()
     from jsonb_to_recordset(?::jsonb) as rows (id text, "workspaceId" text, sealed text)`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ id }) => id);
}
