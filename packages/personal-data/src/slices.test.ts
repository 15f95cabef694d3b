import { type Database, SYSTEM } from '@switchboard/storage';
import { databaseKinds } from '@switchboard/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BEGINNING,
  copySlice,
  type DataPart,
  type DataSubject,
  defineInventory,
  eraseSlice,
  type Inventory,
} from './index.ts';

const ALL_AT_ONCE = Number.POSITIVE_INFINITY;
const ONE_PAGE = 0;

const tables = {
  name: '0001-things',
  statements: [
    `create table letters (id text primary key, workspace_id text not null, user_id text, to_address text,
       body text not null, key_hash text)`,
    'create table chunks (file_id text not null, position int not null, workspace_id text not null, data bytea not null)',
    'create table callbacks (id text primary key, connection_id text not null)',
    'create table entries (id text primary key, workspace_id text not null, amount int not null, name text)',
  ],
};

const ANA: DataSubject = {
  kind: 'EXPORT',
  scope: 'USER',
  userId: 'usr_ana',
  email: 'ana@example.com',
  workspaceId: '',
  connectionIds: ['con_1', 'con_2'],
};
const ACME: DataSubject = { ...ANA, scope: 'WORKSPACE', userId: '', email: '', workspaceId: 'wsp_acme' };

/** Without what every service has besides. */
const inventory: Inventory = defineInventory([
  {
    table: 'letters',
    workspace: { copy: { file: 'letters', without: ['key_hash'] } },
    person: [
      { rows: 'user_id = :userId', copy: { file: 'letters', without: ['key_hash'] }, erasure: 'delete' },
      { rows: 'to_address = :email', erasure: { set: { to_address: 'null' } } },
    ],
  },
  {
    table: 'chunks',
    key: "file_id || '/' || lpad(position::text, 10, '0')",
    workspace: { copy: { path: "'files/' || file_id", bytes: 'data' } },
  },
  {
    table: 'callbacks',
    workspace: { rows: 'connection_id in (:connectionIds)' },
    person: [{ rows: 'connection_id in (:connectionIds)', erasure: 'delete' }],
  },
  {
    table: 'entries',
    workspace: { copy: { file: 'entries' }, erasure: { keep: 'books' } },
  },
]).slice(0, 4);

describe.each(databaseKinds())('a share of personal data on $name', (kind) => {
  let database: Database;

  beforeEach(async () => {
    database = await kind.open({ service: 'personal-data', entities: [], migrations: [tables] });
  });
  afterEach(() => database.close());
  afterAll(() => kind.stop());

  const letters = (many: number, row: Partial<Record<string, string>> = {}) =>
    database.statement(
      `insert into letters (id, workspace_id, user_id, to_address, body, key_hash)
       select ? || lpad(n::text, 6, '0'), ?, ?, ?, ?, 'hash' from generate_series(1, ?::int) n`,
      [
        row.prefix ?? 'l',
        row.workspace ?? 'wsp_acme',
        row.user ?? null,
        row.to ?? null,
        row.body ?? 'Dear Bo',
        many,
      ],
    );
  const count = async (table: string, where = 'true') => {
    const [found] = await database.read(SYSTEM, (em) =>
      em.execute<{ many: number }[]>(`select count(*)::int as many from ${table} where ${where}`),
    );
    return found?.many;
  };
  /** Goes on slice by slice, as intents do. */
  async function copied(subject: DataSubject, until: number): Promise<{ parts: DataPart[]; rows: number }> {
    const parts = new Map<number, DataPart>();
    let progress = BEGINNING;
    for (;;) {
      const store = async (part: DataPart) => void parts.set(part.sequence, part);
      const slice = await copySlice(database, inventory, subject, progress, store, until);
      progress = slice.progress;
      if (!slice.isDone) continue;
      expect([...parts.keys()]).toEqual([...parts.keys()].map((_key, index) => index));
      expect(progress.parts).toBe(parts.size);
      return { parts: [...parts.values()], rows: progress.rows };
    }
  }
  async function erased(subject: DataSubject, until: number): Promise<number> {
    let progress = BEGINNING;
    for (;;) {
      const slice = await eraseSlice(database, inventory, { ...subject, kind: 'ERASURE' }, progress, until);
      progress = slice.progress;
      if (slice.isDone) return progress.rows;
    }
  }
  const textOf = (parts: readonly DataPart[], path: string) =>
    Buffer.concat(parts.filter((part) => part.path === path).map(({ content }) => content)).toString();

  it.each([
    ['at once', ALL_AT_ONCE],
    ['page by page', ONE_PAGE],
  ])('holds every row of a workspace once, %s, and none of another', async (_how, until) => {
    await letters(120);
    await letters(3, { prefix: 'o', workspace: 'wsp_other' });
    const { parts, rows } = await copied(ACME, until);
    const lines = textOf(parts, 'letters.jsonl').trimEnd().split('\n');
    expect(rows).toBe(120);
    expect(new Set(lines.map((line) => JSON.parse(line).id)).size).toBe(120);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      id: 'l000001',
      workspaceId: 'wsp_acme',
      userId: null,
      toAddress: null,
      body: 'Dear Bo',
    });
  });

  it('holds of a person what is theirs, and nothing else of their workspace', async () => {
    await letters(2, { prefix: 'a', user: 'usr_ana' });
    await letters(2, { prefix: 'b', user: 'usr_bo', to: 'ana@example.com' });
    const { parts } = await copied(ANA, ALL_AT_ONCE);
    expect(parts.map(({ path }) => path)).toEqual(['letters.jsonl']);
    expect(textOf(parts, 'letters.jsonl').match(/"id":"[^"]+"/g)).toEqual([
      '"id":"a000001"',
      '"id":"a000002"',
    ]);
  });

  it('is cut to pieces that a broker carries, and is whole when they are put together', async () => {
    const body = 'ü'.repeat(300_000);
    await letters(3, { body });
    const { parts } = await copied(ACME, ALL_AT_ONCE);
    expect(parts.length).toBeGreaterThan(3);
    for (const { content } of parts) expect(content.length).toBeLessThanOrEqual(384 * 1_024);
    const lines = textOf(parts, 'letters.jsonl').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).body === body)).toEqual([true, true, true]);
  });

  it('puts the chunks of a file together at one path, in their order', async () => {
    const chunks: [string, number, Buffer][] = [
      ['upl_1', 1, Buffer.from([4, 5])],
      ['upl_1', 0, Buffer.from([1, 2, 3])],
      ['upl_2', 0, Buffer.alloc(500_000, 7)],
    ];
    for (const [file, position, data] of chunks) {
      await database.statement('insert into chunks values (?, ?, ?, ?)', [file, position, 'wsp_acme', data]);
    }
    const { parts } = await copied(ACME, ONE_PAGE);
    const bytes = (path: string) =>
      Buffer.concat(parts.filter((part) => part.path === path).map(({ content }) => content));
    expect([...bytes('files/upl_1')]).toEqual([1, 2, 3, 4, 5]);
    expect(bytes('files/upl_2').equals(Buffer.alloc(500_000, 7))).toBe(true);
  });

  it.each([
    ['at once', ALL_AT_ONCE],
    ['page by page', ONE_PAGE],
  ])(
    'of a workspace is deleted, %s, but what must be kept; another workspace keeps all',
    async (_how, until) => {
      await letters(1_100);
      await letters(5, { prefix: 'o', workspace: 'wsp_other' });
      await database.statement("insert into entries values ('e1', 'wsp_acme', 5, 'Ana')");
      await database.statement("insert into callbacks values ('1', 'con_1'), ('2', 'con_2'), ('3', 'con_3')");
      expect(await erased(ACME, until)).toBe(1_102);
      expect(await count('letters')).toBe(5);
      expect(await count('letters', "workspace_id = 'wsp_acme'")).toBe(0);
      expect(await count('entries')).toBe(1);
      expect(await count('callbacks')).toBe(1);
    },
  );

  it('of a person is deleted, and their address is cleared where the row is not theirs', async () => {
    await letters(700, { prefix: 'a', user: 'usr_ana' });
    await letters(700, { prefix: 'b', user: 'usr_bo', to: 'ana@example.com' });
    expect(await erased(ANA, ONE_PAGE)).toBe(1_400);
    expect(await count('letters')).toBe(700);
    expect(await count('letters', 'to_address is not null')).toBe(0);
  });

  it('erased twice does no harm', async () => {
    await letters(3);
    expect(await erased(ACME, ALL_AT_ONCE)).toBe(3);
    expect(await erased(ACME, ALL_AT_ONCE)).toBe(0);
  });

  it('is none of anybody without connections', async () => {
    await database.statement("insert into callbacks values ('1', 'con_1')");
    expect(await erased({ ...ANA, connectionIds: [] }, ALL_AT_ONCE)).toBe(0);
    expect(await count('callbacks')).toBe(1);
  });

  it('of a workspace is never looked for with a person, which would match rows that are nobody’s', async () => {
    const wrong = { ...ACME, workspaceId: '' };
    await expect(erased(wrong, ALL_AT_ONCE)).rejects.toThrow(/needs workspaceId/);
  });
});
