import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { createLogger } from '@switchboard/observability';
import { Database, findPage, SYSTEM, tenantTable } from '@switchboard/storage';
import { databaseKinds } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

@Entity({ tableName: 'notes' })
class Note {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) body!: string;
  @Property({ type: 'boolean' }) sandbox!: boolean;
}

const migrations = [
  {
    name: '0001-notes',
    statements: [
      'create table notes (id text primary key, workspace_id text not null, body text not null, sandbox boolean not null)',
      ...tenantTable('notes', { sandbox: true }),
    ],
  },
];
const logger = createLogger('test', { level: 'silent' });
const a = { workspaceId: 'wsp_a', mode: 'live' } as const;
const b = { workspaceId: 'wsp_b', mode: 'live' } as const;

describe.each(databaseKinds())('on $name', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await kind.open({ service: 'notes', entities: [Note], migrations });
  });
  afterAll(async () => {
    await database.close();
    await kind.stop();
  });

  async function add(workspaceId: string, body: string, sandbox = false): Promise<string> {
    const id = newId('nte');
    await database.transaction(SYSTEM, async ({ em }) => {
      em.create(Note, { id, workspaceId, body, sandbox });
    });
    return id;
  }

  describe('the walls between workspaces', () => {
    it('hide the rows of another workspace from a query that forgets to ask for its own', async () => {
      const id = await add('wsp_b', 'canary');
      expect(await database.read(a, (em) => em.findOne(Note, { id }))).toBeNull();
      expect(await database.read(b, (em) => em.findOne(Note, { id }))).toMatchObject({ body: 'canary' });
    });

    it('hold in the database when the filter is switched off and in raw SQL', async () => {
      await add('wsp_b', 'canary');
      const unfiltered = await database.read(a, (em) => em.find(Note, {}, { filters: false }));
      expect(unfiltered.filter((note) => note.workspaceId === 'wsp_b')).toEqual([]);
      expect(
        await database.read(a, (em) => em.execute("select * from notes where workspace_id = 'wsp_b'")),
      ).toEqual([]);
    });

    it('refuse a row written for another workspace', async () => {
      await expect(
        database.transaction(a, async ({ em }) => {
          em.create(Note, { id: newId('nte'), workspaceId: 'wsp_b', body: 'x', sandbox: false });
        }),
      ).rejects.toThrow(/row-level security/);
    });

    it('confine a test caller to the sandbox', async () => {
      const live = await add('wsp_a', 'live');
      const sandboxed = await add('wsp_a', 'sandboxed', true);
      const seen = await database.read({ workspaceId: 'wsp_a', mode: 'test' }, (em) => em.find(Note, {}));
      const ids = seen.map((note) => note.id);
      expect(ids).toContain(sandboxed);
      expect(ids).not.toContain(live);
    });
  });

  describe('transactions', () => {
    it('run their after-commit effects only when they commit', async () => {
      const ran: string[] = [];
      await database.transaction(a, async (tx) => tx.afterCommit(() => ran.push('committed')));
      const failing = database.transaction(a, async (tx) => {
        tx.afterCommit(() => ran.push('rolled back'));
        throw new AppError('CONFLICT', 'no');
      });
      await expect(failing).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(ran).toEqual(['committed']);
    });

    it('take no part of a statement that commits by itself', async () => {
      const add = (id: string) => database.statement('insert into outsiders (id) values (?)', [id]);
      await database.statement('create table outsiders (id text primary key)');
      let added: Promise<unknown> | undefined;
      const failed = database.transaction(a, async ({ em }) => {
        await em.execute('select 1');
        added = add('kept');
        await em.execute('select 1');
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      await added;
      expect(await database.statement('select id from outsiders where id in (?)', [['kept', 'x']])).toEqual([
        { id: 'kept' },
      ]);
      await expect(add('kept')).rejects.toThrow(/duplicate/);
    });

    it('opened for reading refuse writes', async () => {
      await expect(
        database.read(a, (em) => em.execute("update notes set body = 'x' returning id")),
      ).rejects.toThrow(/read-only/);
    });
  });

  describe('pages', () => {
    it('walk the whole list once in both directions, whatever is added meanwhile', async () => {
      const scope = { workspaceId: 'wsp_pages', mode: 'live' } as const;
      const ids: string[] = [];
      for (let n = 0; n < 7; n += 1) ids.push(await add('wsp_pages', `n${n}`));
      const newestFirst = [...ids].reverse();

      const seen: string[] = [];
      let boundaryId: string | undefined;
      for (;;) {
        const plan = { limit: 3, direction: 'forward', boundaryId } as const;
        const rows = await database.read(scope, (em) => findPage(em, Note, {}, plan));
        seen.push(...rows.slice(0, 3).map((row) => row.id));
        await add('wsp_pages', 'newer');
        if (rows.length <= 3) break;
        boundaryId = rows[2]?.id;
      }
      expect(seen).toEqual(newestFirst);

      const before = { limit: 2, direction: 'backward', boundaryId: newestFirst[4] } as const;
      const rows = await database.read(scope, (em) => findPage(em, Note, {}, before));
      expect(rows.slice(-2).map((row) => row.id)).toEqual([newestFirst[2], newestFirst[3]]);
    });
  });
});

describe('an embedded folder', () => {
  it('is refused to a second opener and free again after close; foreign content is named', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-'));
    const options = {
      service: 'notes',
      location: { kind: 'embedded', dataDir } as const,
      entities: [Note],
      migrations,
      logger,
    };
    const first = await Database.open(options);
    await expect(Database.open(options)).rejects.toMatchObject({ code: 'CONFLICT' });
    await first.close();
    const second = await Database.open(options);
    await second.close();
    writeFileSync(join(dataDir, 'other'), 'not a database');
    await expect(Database.open({ ...options, service: 'other' })).rejects.toThrow(/not a database folder/);
    rmSync(dataDir, { recursive: true });
  }, 60_000);

  it('takes over the lock of a process that is gone', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'switchboard-')), 'x.lock');
    writeFileSync(file, JSON.stringify({ pid: 2 ** 22 - 1, start: '1' }));
    const release = lockFolder(file);
    expect(() => lockFolder(file)).toThrow(/held by process/);
    release();
    rmSync(join(file, '..'), { recursive: true });
  });
});
