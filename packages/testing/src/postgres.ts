import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freePort } from './free-port.ts';
import { waitFor } from './wait-for.ts';

const DEBIAN = '/usr/lib/postgresql';

/** A real PostgreSQL server of one test file. */
export interface TestPostgres {
  /** A new, empty database. @returns its URL. */
  createDatabase(): string;
  /** A new, empty database whose schema belongs to one user and whose rows are worked on by another. @returns both URLs. */
  createGuardedDatabase(): { readonly ownerUrl: string; readonly serviceUrl: string };
  /** Ends every connection and comes back on the same port and data. */
  restart(): Promise<void>;
  /** Ends every connection without coming back; `restart` brings it up. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL's programs, if this machine has them. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Starts PostgreSQL in a folder of its own, as an ordinary user: it refuses to run as root. */
export async function startPostgres(programs: string): Promise<TestPostgres> {
  const account = process.getuid?.() === 0 ? ordinaryUser() : {};
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-pg-'));
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid);
  const data = join(folder, 'data');
  const run = (program: string, args: string[]): void => {
    execFileSync(join(programs, program), args, {
      ...account,
      cwd: folder,
      stdio: 'pipe',
      env: { PATH: process.env.PATH },
    });
  };
  run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync']);
  const port = await freePort();
  const psql = (sql: string): void =>
    run('psql', [
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      '-U',
      'postgres',
      '-v',
      'ON_ERROR_STOP=1',
      '-qc',
      sql,
    ]);
  const launch = async (): Promise<ChildProcess> => {
    const args = [
      '-D',
      data,
      '-p',
      String(port),
      '-k',
      folder,
      '-h',
      '127.0.0.1',
      '-c',
      'fsync=off',
      '-c',
      'max_connections=200',
    ];
    const child = spawn(join(programs, 'postgres'), args, { ...account, cwd: folder, stdio: 'ignore' });
    await waitFor(
      'PostgreSQL',
      () => {
        psql('select 1');
        return true;
      },
      30_000,
    );
    return child;
  };
  let server = await launch();
  let databases = 0;
  const create = (): string => {
    databases += 1;
    psql(`create database test_${databases}`);
    return `test_${databases}`;
  };
  return {
    createDatabase: () => `postgres://postgres@127.0.0.1:${port}/${create()}`,
    createGuardedDatabase() {
      const name = create();
      const [owner, service] = [`${name}_owner`, `${name}_service`];
      psql(
        `do $$ begin create role switchboard_app nologin; exception when duplicate_object then null; end $$`,
      );
      psql(
        `create role ${owner} login; create role ${service} login; grant switchboard_app to ${owner}, ${service}`,
      );
      psql(`alter database ${name} owner to ${owner}`);
      const url = (user: string): string => `postgres://${user}@127.0.0.1:${port}/${name}`;
      return { ownerUrl: url(owner), serviceUrl: url(service) };
    },
    async restart() {
      await end(server, 'SIGQUIT');
      server = await launch();
    },
    async kill() {
      await end(server, 'SIGQUIT');
    },
    async stop() {
      await end(server, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The account `postgres` where there is one, else `nobody`. */
function ordinaryUser(): { uid?: number; gid?: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) =>
        Number(execFileSync('id', [flag, name], { stdio: 'pipe' })),
      );
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // No such account; the next one will do.
    }
  }
  return {};
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}
