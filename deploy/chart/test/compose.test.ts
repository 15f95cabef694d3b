/** Whether the parts would start with the environment that the Compose file gives them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeVariables, parseConfig } from '@switchboard/config';
import { findPostgres, startPostgres } from '@switchboard/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { allCommands, allProcesses, type Process, SERVICES } from '../../../scripts/processes.mjs';
import { makeDatabasePasswords, makeInstallationSecrets } from '../../provisioner/src/installation-secret.ts';

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly build?: { readonly args: { readonly PART: string } };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
}

const folder = join(import.meta.dirname, '../..');
const { services }: { services: Record<string, ComposeService> } = parse(
  readFileSync(join(folder, 'compose.yaml'), 'utf8'),
  { merge: true },
);
/** What `secret --env` writes into deploy/.env. */
const made = { ...makeInstallationSecrets(), ...makeDatabasePasswords() };

/** As Compose does: `${A}`, `${A:-otherwise}`, `${A:?complaint}`. @throws Error for what deploy/.env does not have. */
function interpolated(text: string): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest = '') => {
    const value = (made as Record<string, string>)[name] ?? (kind === '-' ? rest : undefined);
    if (value === undefined) throw new Error(`nobody makes ${name}`);
    return value;
  });
}

function environmentOf({ environment = {} }: ComposeService): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, interpolated(String(value))]),
  );
}

const own = Object.entries(services).filter(([, { image }]) => image.startsWith('switchboard/'));

describe('the Compose file', () => {
  const processes = new Map<string, Process>();
  beforeAll(async () => {
    for (const one of [...(await allProcesses()), ...(await allCommands())]) processes.set(one.command, one);
  });
  const processOf = (service: ComposeService): Process => {
    const found = processes.get(service.command?.join(' ') ?? '');
    if (!found) throw new Error(`${service.command?.join(' ')} is no process`);
    return found;
  };

  it('runs every service, its migration, the gateway, the provisioner and the sandbox', () => {
    const expected = [
      ...SERVICES,
      ...SERVICES.map((name) => `${name}-migrate`),
      'gateway',
      'provisioner',
      'sandbox',
    ];
    expect(own.map(([name]) => name).sort()).toEqual(expected.sort());
  });

  it.each(own)(
    'gives %s an environment that its process starts with, and nothing it does not read',
    (_name, service) => {
      const { shape } = processOf(service);
      const environment = environmentOf(service);
      expect(() => parseConfig(shape, environment)).not.toThrow();
      const known = describeVariables(shape).map(({ name }) => name);
      expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
      // An embedded database in a container is gone with it.
      for (const name of known.filter((one) => one.endsWith('_DATABASE_URL')))
        expect(environment).toHaveProperty(name);
    },
  );

  it('notices a variable that is missing, wrong or unknown', () => {
    const { auth } = services;
    if (!auth) throw new Error('there is no auth');
    const { shape } = processOf(auth);
    const { AUTH_NATS_PASSWORD: _password, ...missing } = environmentOf(auth);
    expect(() => parseConfig(shape, missing)).toThrow(/AUTH_NATS_PASSWORD: is required/);
    expect(() => parseConfig(shape, { ...environmentOf(auth), AUTH_VAULT_KEY: 'short' })).toThrow(
      /AUTH_VAULT_KEY/,
    );
    expect(() => interpolated(`\${NEVER_MADE:?}`)).toThrow(/nobody makes/);
  });

  it.each(own)('runs %s on a file system that nobody writes to, without capabilities', (_name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it('starts a service once its schema and the streams are there, and opens no port but the gateway and the sandbox', () => {
    for (const name of SERVICES) {
      const { condition } = services[name]?.depends_on?.[`${name}-migrate`] ?? {};
      expect(condition, name).toBe('service_completed_successfully');
    }
    const open = Object.entries(services).filter(([, { ports }]) => ports);
    expect(open.map(([name]) => name).sort()).toEqual(['gateway', 'sandbox']);
  });

  it('gives every user of the databases and the brokers the password that the parts have', () => {
    const { postgres, 'nats-1': first, 'nats-2': second, 'nats-3': third } = services;
    const users = [
      ...readFileSync(join(folder, 'compose/users.generated.conf'), 'utf8').matchAll(/password: \$(\w+)/g),
    ];
    for (const server of [first, second, third]) {
      const names = Object.keys(server?.environment ?? {});
      expect(names).toEqual(expect.arrayContaining(users.map(([, variable]) => variable)));
    }
    for (const name of SERVICES) {
      const url = new URL(
        environmentOf(services[name] as ComposeService)[`${name.toUpperCase()}_DATABASE_URL`] ?? '',
      );
      expect(environmentOf(postgres as ComposeService)[`${name.toUpperCase()}_SERVICE_PASSWORD`]).toBe(
        url.password,
      );
      expect([url.hostname, url.username, url.pathname]).toEqual(['postgres', `${name}_service`, `/${name}`]);
    }
  });

  it('mounts only files that are there', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.filter((one) => one.startsWith('./')),
    );
    expect(mounted.length).toBeGreaterThan(3);
    for (const one of mounted) expect(existsSync(join(folder, one.split(':')[0] ?? '')), one).toBe(true);
  });
});

const programs = findPostgres();

it.skipIf(!programs)(
  'makes databases that only their own two users may enter, and one of them owns',
  async () => {
    const postgres = await startPostgres(programs ?? '');
    try {
      const { hostname, port } = new URL(postgres.createDatabase());
      const PATH = `${programs}:${process.env.PATH}`;
      const env = { ...made, PATH, PGHOST: hostname, PGPORT: port };
      execFileSync('sh', [join(folder, 'compose/databases.sh')], { env, stdio: 'pipe' });
      const ask = (user: string, database: string, sql: string): string => {
        try {
          return execFileSync('psql', ['-U', user, '-d', database, '-tAc', sql], {
            env,
            encoding: 'utf8',
            stdio: 'pipe',
          }).trim();
        } catch (thrown) {
          return (thrown as { stderr: string }).stderr;
        }
      };
      expect(ask('auth_owner', 'auth', 'create table t (id int)')).toBe('CREATE TABLE');
      expect(ask('auth_service', 'auth', 'create table u (id int)')).toMatch(
        /permission denied for schema public/,
      );
      expect(ask('auth_service', 'mail', 'select 1')).toMatch(/permission denied for database/);
      expect(ask('auth_service', 'auth', 'set role switchboard_app; select current_user')).toContain(
        'switchboard_app',
      );
    } finally {
      await postgres.stop();
    }
  },
);
