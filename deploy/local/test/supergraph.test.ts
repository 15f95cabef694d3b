import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normaliseOperation } from '@switchboard/composition/operations';
import { IDENTITY_HEADER, IdentityVerifier } from '@switchboard/identity';
import { recordOperationSeen } from '@switchboard/messaging';
import { startBroker } from '@switchboard/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { supergraphCommand } from '../src/supergraph-command.ts';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
interface Node { id: ID! }
type Note implements Node @key(fields: "id") @tag(name: "id-nte") { id: ID! text: String! size: Int }
type Query { notes: [Note!] }
`;

const SIZE = /^ +size: Int\b/m;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-supergraph-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; text: string }> {
  const texts: string[] = [];
  const code = await supergraphCommand(args, env, (text) => texts.push(text));
  return { code, text: texts.join('\n') };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const operation = (query: string): string => JSON.stringify(normaliseOperation(query, undefined));
const current = () => readFile(join(folder, 'store', 'current'), 'utf8');

describe('npm run supergraph', () => {
  it('publishes, checks against what is served, refuses what breaks clients, and goes back', async () => {
    const [store, notes] = [join(folder, 'store'), `notes=${await file('notes.graphql', SDL)}`];
    const published = await run(['publish', '--subgraph', notes, '--folder', store, '--json']);
    expect(published.code).toBe(0);
    expect(JSON.parse(published.text)).toMatchObject({ ok: true, version: 1 });
    expect((await run(['publish', '--subgraph', notes, '--folder', store])).text).toContain('already');

    const less = `notes=${await file('less.graphql', SDL.replace(' size: Int', ''))}`;
    await expect(run(['check', '--subgraph', less, '--against', store])).rejects.toThrow(/--operations/);
    const used = await file('used', `${operation('query Sizes { notes { size } }')}\n`);
    const refused = await run(['check', '--subgraph', less, '--against', store, '--operations', used]);
    expect(refused.code).toBe(1);
    expect(refused.text).toContain('breaking: Note.size was removed.');
    expect(refused.text).toMatch(/✗ Sizes \([0-9a-f]{12}\): Cannot query field "size" on type "Note"/);
    const asked = ['publish', '--subgraph', less, '--folder', store, '--operations', used];
    expect((await run(asked)).code).toBe(1);
    expect(await current()).toMatch(SIZE);

    const unused = await file('unused', operation('{ notes { text } }'));
    const passed = await run([
      'publish',
      '--subgraph',
      less,
      '--folder',
      store,
      '--operations',
      unused,
      '--json',
    ]);
    expect(JSON.parse(passed.text)).toMatchObject({ ok: true, version: 2, operations: 1, broken: [] });
    expect(JSON.parse(passed.text).changes).toEqual([
      { kind: 'FIELD_REMOVED', description: 'Note.size was removed.', severity: 'breaking' },
    ]);
    expect(await current()).not.toMatch(SIZE);
    expect((await run(['rollback', '--folder', store])).text).toBe('Version 1 is the current one again.');
    expect(await current()).toMatch(SIZE);
    const overruled = await run([...asked, '--accept-breaking']);
    expect(overruled).toMatchObject({ code: 0 });
    expect(await current()).toContain('version 3');
  });

  it('says what does not compose', async () => {
    const notes = `notes=${await file('notes.graphql', SDL.replace('@tag(name: "id-nte")', ''))}`;
    const { code, text } = await run(['check', '--subgraph', notes]);
    expect(code).toBe(1);
    expect(text).toContain('✗ notes.Note implements Node, but no service gives it an id prefix');
  });

  it('checks the subgraphs of this project by themselves', async () => {
    const root = new URL('../../../', import.meta.url);
    const against = new URL('gateway/supergraph.graphql', root).pathname;
    const { code, text } = await run(['check', '--against', against]);
    expect(text).toBe('6 subgraphs compose; nothing that clients send breaks.');
    expect(code).toBe(0);
  });

  it('asks a service that runs, and reads from the broker what clients send', async () => {
    const { createServer } = await import('node:http');
    const { exportJWK, generateKeyPair } = await import('jose');
    const [gateway, controller] = await Promise.all(
      [0, 1].map(() => generateKeyPair('EdDSA', { extractable: true })),
    );
    if (!gateway || !controller) throw new Error('no keys');
    const verifier = await IdentityVerifier.create(
      await exportJWK(gateway.publicKey),
      'notes',
      await exportJWK(controller.publicKey),
    );
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await verifier
        .verify(String(request.headers[IDENTITY_HEADER]), Buffer.concat(chunks))
        .then(() => ({ status: 200, body: { data: { _service: { sdl: SDL.replace(' size: Int', '') } } } }))
        .catch(() => ({ status: 401, body: {} }));
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const notes = `notes=http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const broker = await startBroker({ services: [] });
    try {
      const { hash = '', ...rest } = normaliseOperation('query Sizes { notes { size } }', undefined) ?? {};
      await recordOperationSeen(await broker.connect('gateway'), hash, JSON.stringify({ hash, ...rest }));
      const env = {
        NATS_URL: broker.url,
        OPS_NATS_PASSWORD: 'ops',
        SUPERGRAPH_CONTROLLER_PRIVATE_JWK: JSON.stringify(await exportJWK(controller.privateKey)),
      };
      const store = join(folder, 'store');
      const file1 = `notes=${await file('notes.graphql', SDL)}`;
      await run(['publish', '--subgraph', file1, '--folder', store]);
      const { code, text } = await run(
        ['check', '--subgraph', notes, '--against', store, '--operations', 'nats'],
        env,
      );
      expect(text).toContain('Refused: 1 of 1 operations');
      expect(code).toBe(1);
      expect((await run(['operations'], env)).text).toContain('"name":"Sizes"');
    } finally {
      server.close();
      await broker.stop();
    }
  });

  it.each([
    [['publish'], '--folder is needed'],
    [['chekc'], '"chekc" is not one of'],
    [['check', '--subgraph', 'mail'], 'a name and a file or URL'],
    [['rollback', '--folder', 'x', '--to', 'last'], 'the number of a version'],
    [['check', '--against', '/nowhere'], '/nowhere does not exist'],
  ])('says in a line what is wrong with %j', async (args, line) => {
    await expect(run(args)).rejects.toThrow(line);
  });

  it('explains itself', async () => {
    const { code, text } = await run(['--help']);
    expect(code).toBe(0);
    expect(text).toContain('rollback');
  });
});
