import type { EntityClass, EntityMetadata } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import type { MikroORM, Options, SqlEntityManager, SqlMikroORM } from '@mikro-orm/sql';
import type { Logger } from '@switchboard/observability';
import { giveBackBrokenConnections } from './broken-connections.ts';
import { translateDatabaseError } from './database-errors.ts';
import type { Embedded } from './embedded.ts';
import { grantToService, migrate, missingSteps, STEP_LOCK_TIMEOUT_MS, STEPS_TABLE } from './migrate.ts';
import { type SqlMigration, toMigrationObject } from './migrations.ts';
import {
  APPLICATION_ROLE,
  createApplicationRole,
  MODE_VARIABLE,
  WORKSPACE_VARIABLE,
} from './row-security.ts';
import { isSystem, type Scope } from './scope.ts';

/** Where the rows live. */
export type DatabaseLocation =
  | {
      readonly kind: 'postgres';
      readonly url: string;
      /** How long to wait for a connection before the database counts as away; 2 s. */
      readonly connectTimeoutMs?: number;
    }
  /** An embedded PGlite under `<dataDir>/<service>`; one process only, not safe against power cuts. */
  | { readonly kind: 'embedded'; readonly dataDir: string }
  /** An embedded PGlite in memory, for tests. `image` is a dump to start from. */
  | { readonly kind: 'memory'; readonly image?: Blob | undefined };

export interface DatabaseOptions {
  readonly service: string;
  readonly location: DatabaseLocation;
  // The classes carry their own types; the ORM only needs to discover them.
  readonly entities: readonly EntityClass<object>[];
  readonly migrations: readonly SqlMigration[];
  readonly logger: Logger;
  /** Whether to bring the schema up to date first (yes). Without it the user needs no right to change the schema. */
  readonly migrate?: boolean;
}

type Orm = SqlMikroORM | MikroORM;

/** What code inside a transaction holds. Only this `em` may be used until it ends. */
export interface Tx {
  readonly em: SqlEntityManager;
  readonly scope: Scope;
  /** Runs after the commit, never after a rollback. */
  afterCommit(effect: () => void): void;
}

const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 10_000;

/** One service's database: PostgreSQL or the embedded PGlite, behind the same SQL and the same migrations. */
export class Database {
  readonly #orm: Orm;
  readonly #embedded: Embedded | undefined;
  readonly #steps: readonly SqlMigration[];

  private constructor(orm: Orm, embedded: Embedded | undefined, steps: readonly SqlMigration[]) {
    this.#orm = orm;
    this.#embedded = embedded;
    this.#steps = steps;
  }

  /**
   * Opens the database and brings its schema up to date, unless `migrate` says otherwise.
   * @throws AppError CONFLICT when another process holds the embedded folder; UNAVAILABLE when PostgreSQL is away.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    let embedded: Embedded | undefined;
    try {
      embedded = await openEmbedded(options);
      const orm = await openOrm(options, embedded);
      confineToWorkspace(orm);
      if (options.migrate ?? true) await migrate(orm, embedded === undefined);
      return new Database(orm, embedded, stepsOf(options));
    } catch (thrown) {
      await embedded?.close();
      throw translateDatabaseError(thrown);
    }
  }

  /**
   * Brings the schema of a PostgreSQL database up to date and lets go of it: what a deployment runs before the service.
   * Steps that take long are not cut off; one that cannot have its table at once fails, and is run again by the caller.
   * @param options.location as a user who may change the schema.
   * @param options.serviceUser who runs the service, if that is somebody else.
   * @returns the names of the steps that ran now.
   * @throws AppError UNAVAILABLE when PostgreSQL is away, or a table is in use for too long.
   */
  static async migrate(
    options: Omit<DatabaseOptions, 'migrate' | 'location'> & {
      readonly location: Extract<DatabaseLocation, { kind: 'postgres' }>;
      readonly serviceUser?: string | undefined;
    },
  ): Promise<string[]> {
    const { serviceUser } = options;
    try {
      const orm = await openOrm(options, undefined, {
        statement_timeout: 0,
        lock_timeout: STEP_LOCK_TIMEOUT_MS,
      });
      try {
        const ran = await migrate(orm, true);
        if (serviceUser !== undefined) {
          await (orm.em.fork() as SqlEntityManager).transactional((em) => grantToService(em, serviceUser));
        }
        return ran;
      } finally {
        await orm.close(true);
      }
    } catch (thrown) {
      throw translateDatabaseError(thrown);
    }
  }

  /**
   * Names of the steps that the schema lacks, or that this user was given no right to; none when it is new enough.
   * @throws AppError UNAVAILABLE when the database is away.
   */
  missingSteps(): Promise<string[]> {
    return missingSteps((sql) => this.statement(sql), this.#steps);
  }

  /**
   * Runs `work` in one transaction confined to `scope`; commits when it resolves.
   * Never await a vendor, another service, or another transaction inside.
   */
  async transaction<T>(scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#run(scope, work, false);
  }

  /** Like `transaction`, for reading only: the database refuses writes. */
  async read<T>(scope: Scope, work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    return this.#run(scope, ({ em }) => work(em), true);
  }

  /**
   * One statement of the service itself, outside every workspace, which commits by itself: what holds a lease or
   * reads a queue needs no begin and commit around it, and those are two round trips of three.
   * @param parameters for each `?`; a list becomes as many values.
   * @returns the rows, if it returns any.
   */
  async statement<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      const em = this.#orm.em.fork() as SqlEntityManager;
      return await em.execute<Row[]>(sql, [...parameters]);
    } catch (thrown) {
      throw translateDatabaseError(thrown);
    }
  }

  /** The entity metadata, for checks that hold for every table. */
  get entities(): readonly EntityMetadata[] {
    return [...this.#orm.getMetadata().getAll().values()];
  }

  /** Resolves when the database answers. @throws AppError UNAVAILABLE otherwise. */
  async ping(): Promise<void> {
    await this.statement('select 1');
  }

  /**
   * A copy of an embedded database with nothing in it. Others start from it: initialising one takes seconds of
   * processor time.
   */
  static async emptyImage(): Promise<Blob> {
    const { emptyImage } = await import('./embedded.ts');
    return emptyImage();
  }

  /** A copy of an embedded database, to open others from. */
  async dump(): Promise<Blob> {
    if (!this.#embedded) throw new Error('only an embedded database can be dumped');
    return this.#embedded.pglite.dumpDataDir('none');
  }

  async close(): Promise<void> {
    await this.#orm.close(true);
    await this.#embedded?.close();
  }

  async #run<T>(scope: Scope, work: (tx: Tx) => Promise<T>, readOnly: boolean): Promise<T> {
    const em = this.#orm.em.fork() as SqlEntityManager;
    em.setFilterParams('workspace', { workspaceId: isSystem(scope) ? null : scope.workspaceId });
    const settings = settingsOf(scope, readOnly);
    const effects: (() => void)[] = [];
    try {
      const result = await em.transactional(async (transactional) => {
        const inner = transactional as SqlEntityManager;
        await applySettings(inner, settings);
        return work({ em: inner, scope, afterCommit: (effect) => effects.push(effect) });
      });
      for (const effect of effects) effect();
      return result;
    } catch (thrown) {
      throw translateDatabaseError(thrown);
    }
  }
}

/** PostgreSQL's settings, until the transaction ends: the second wall, and the refusal to write. */
function settingsOf(scope: Scope, readOnly: boolean): readonly (readonly [string, string])[] {
  return [
    // Not the driver's option: PGlite's drops it.
    ...(readOnly ? [['transaction_read_only', 'on'] as const] : []),
    ...(isSystem(scope)
      ? []
      : [
          [WORKSPACE_VARIABLE, scope.workspaceId] as const,
          [MODE_VARIABLE, scope.mode] as const,
          ['role', APPLICATION_ROLE] as const,
        ]),
  ];
}

/** In one statement: what the ORM offers for the same takes three round trips for each transaction. */
async function applySettings(
  em: SqlEntityManager,
  settings: readonly (readonly [string, string])[],
): Promise<void> {
  if (settings.length === 0) return;
  const calls = settings.map(() => 'set_config(?, ?, true)').join(', ');
  await em.execute(`select ${calls}`, settings.flat(), 'run');
}

async function openEmbedded({ location, service, logger }: DatabaseOptions): Promise<Embedded | undefined> {
  if (location.kind === 'postgres') return undefined;
  // Loaded only where it is used: images come without it.
  const { openFolder, openMemory } = await import('./embedded.ts');
  if (location.kind === 'memory') return openMemory(location.image);
  logger.warn('embedded database: one process only, not safe against power cuts');
  return openFolder(location.dataDir, service);
}

/** A service's steps after the one that every database begins with. */
function stepsOf({ migrations }: Pick<DatabaseOptions, 'migrations'>): readonly SqlMigration[] {
  return [createApplicationRole, ...migrations];
}

async function openOrm(
  options: DatabaseOptions,
  embedded: Embedded | undefined,
  driverOptions: Readonly<Record<string, unknown>> = { statement_timeout: STATEMENT_TIMEOUT_MS },
): Promise<Orm> {
  const { service, location, entities, logger } = options;
  const shared = {
    entities: [...entities],
    extensions: [Migrator],
    allowGlobalContext: false,
    logger: (message: string) => logger.debug({ orm: message }, 'orm'),
    migrations: {
      migrationsList: stepsOf(options).map(toMigrationObject),
      tableName: STEPS_TABLE,
      snapshot: false,
      disableForeignKeys: false,
    },
    // Found by name in the entity classes; a class without tables would be a mistake worth failing for.
    discovery: { warnWhenNoEntities: false },
  };
  if (location.kind === 'postgres') {
    const { MikroORM: Postgres } = await import('@mikro-orm/postgresql');
    return Postgres.init({
      ...shared,
      clientUrl: location.url,
      driverOptions: {
        connectionTimeoutMillis: location.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        ...driverOptions,
        application_name: `switchboard-${service}`,
        keepAlive: true,
        onPoolCreated: giveBackBrokenConnections,
      },
    } as Options) as Promise<Orm>;
  }
  const { MikroORM: Embedded } = await import('@mikro-orm/pglite');
  return Embedded.init({
    ...shared,
    dbName: service,
    driverOptions: { pglite: embedded?.pglite },
  } as Options) as Promise<Orm>;
}

/** The first wall: every entity with a workspace is filtered by the scope's, on every query. */
function confineToWorkspace(orm: Orm): void {
  const tenants = [...orm.getMetadata().getAll().values()]
    .filter((meta) => 'workspaceId' in meta.properties && !meta.properties.workspaceId.nullable)
    .map((meta) => meta.class);
  if (tenants.length === 0) return;
  orm.em.addFilter({
    name: 'workspace',
    entity: tenants,
    default: true,
    cond: ({ workspaceId }: { workspaceId: string | null }) => (workspaceId === null ? {} : { workspaceId }),
  });
}
