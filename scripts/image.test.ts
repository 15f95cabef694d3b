import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeEd25519, makeKey, publicHalfOf } from '@switchboard/provisioner';
import {
  findPostgres,
  freePort,
  startBroker,
  startPostgres,
  type TestBroker,
  type TestPostgres,
  waitFor,
} from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, sizeOf } from './image/install.mjs';
import { imageParts } from './image/parts.mjs';
import { prune } from './image/prune.mjs';

/** What an image may add to node:24-bookworm-slim, which has some 230 MB, to stay under 300. */
const ADDED_BYTES_MAX = 70e6;

const programs = findPostgres();
if (!programs) console.info('skipped: what runs in an image needs a PostgreSQL, and this machine has none');

/** Runs what the image of `folder` runs, with nothing of this process's environment. */
function start(folder: string, env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, ['start.mjs', ...args], { cwd: folder, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const endsWell = async () => expect(await exit, output).toBe(0);
  return { child, endsWell };
}

function environment(port: number, databaseUrl: string, natsUrl: string): Record<string, string> {
  return {
    NATS_URL: natsUrl,
    IDENTITY_PUBLIC_JWK: publicHalfOf(makeEd25519()),
    AUDIT_PORT: String(port),
    AUDIT_DATABASE_URL: databaseUrl,
    AUDIT_MIGRATE_AT_START: 'false',
    AUDIT_NATS_PASSWORD: 'audit',
    AUDIT_CHECKPOINT_KEY: makeKey(),
    AUDIT_VAULT_KEY: makeKey(),
  };
}

describe.skipIf(!programs)('what goes into the image of audit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-image-'));
  let postgres: TestPostgres;
  let broker: TestBroker;
  beforeAll(async () => {
    await prune('audit', folder);
    install(folder);
    [postgres, broker] = await Promise.all([startPostgres(programs ?? ''), startBroker()]);
  });
  afterAll(async () => {
    await Promise.all([postgres?.stop(), broker?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is small: no tools, no tests, no embedded database, and the versions of the lock file', () => {
    expect(sizeOf(folder)).toBeLessThan(ADDED_BYTES_MAX);
    const { packages: installed } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
    const { packages: locked } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'),
    );
    const names = Object.keys(installed);
    expect(names).toEqual(expect.arrayContaining(['node_modules/pg', 'node_modules/fastify']));
    for (const name of [
      'typescript',
      'vitest',
      'turbo',
      '@electric-sql/pglite',
      '@switchboard/testing',
      'twilio',
    ]) {
      expect(names, name).not.toContain(`node_modules/${name}`);
    }
    for (const name of names.filter((path) => path.startsWith('node_modules/'))) {
      expect(installed[name].version, name).toBe(locked[name]?.version);
    }
  });

  it('migrates, serves, and ends at SIGTERM, as a user without rights on the schema', async () => {
    const { ownerUrl, serviceUrl } = postgres.createGuardedDatabase();
    const migration = start(
      folder,
      { AUDIT_DATABASE_URL: serviceUrl, AUDIT_MIGRATION_DATABASE_URL: ownerUrl },
      'migrate',
    );
    await migration.endsWell();

    const port = await freePort();
    const { child, endsWell } = start(folder, environment(port, serviceUrl, broker.url));
    await waitFor('readiness', async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
    child.kill('SIGTERM');
    await endsWell();
  });

  it('waits for a database and a broker that are not there yet, and ends at SIGTERM meanwhile', async () => {
    const [port, nowhere] = await Promise.all([freePort(), freePort()]);
    const reasonAt = async (): Promise<string | undefined> => {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
      return ((await answer.json()) as { reasons?: string[] }).reasons?.join();
    };
    const without = {
      database: `postgres://audit@127.0.0.1:${nowhere}/audit`,
      broker: `nats://127.0.0.1:${nowhere}`,
    };
    const first = start(folder, environment(port, without.database, broker.url));
    await waitFor('its reason', async () => (await reasonAt()) === 'database is away');
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    first.child.kill('SIGTERM');
    await first.endsWell();

    const { ownerUrl, serviceUrl } = postgres.createGuardedDatabase();
    const urls = { AUDIT_DATABASE_URL: serviceUrl, AUDIT_MIGRATION_DATABASE_URL: ownerUrl };
    await start(folder, urls, 'migrate').endsWell();
    const second = start(folder, environment(port, serviceUrl, without.broker));
    await waitFor('its reason', async () => (await reasonAt()) === 'broker is away');
    second.child.kill('SIGTERM');
    await second.endsWell();
  });
});

it('there is an image of every part, and of nothing else', async () => {
  expect([...(await imageParts()).keys()]).toEqual(
    expect.arrayContaining([
      'auth',
      'mail',
      'telephony',
      'billing',
      'meetings',
      'audit',
      'gateway',
      'sandbox',
      'provisioner',
    ]),
  );
  await expect(prune('nonsense', join(tmpdir(), 'never-made'))).rejects.toThrow(/"nonsense" is no part/);
});
