import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, SERVICES, startPostgres, type TestPostgres } from '@switchboard/testing';
import { type House, startHouse } from '../house/start-house.ts';

/** What a few callers spend here in seconds is far more than anybody is meant to. */
const UNLIMITED = { GATEWAY_RATE_LIMIT_POINTS: '1000000000' };

/** What the services keep their rows in. */
export type DatabaseChoice = 'embedded' | 'postgres';

/** Data that outlives the installation on it, so that it can be started again. */
export class Installation {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
  #house: House | undefined;

  private constructor(
    private readonly postgres: TestPostgres | undefined,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param choice PostgreSQL where this machine has it, if not given.
   * @throws Error when PostgreSQL is asked for and not on this machine.
   */
  static async prepare(choice: DatabaseChoice | undefined): Promise<Installation> {
    const programs = findPostgres();
    if (choice === 'embedded' || (!choice && !programs)) return new Installation(undefined, {});
    if (!programs) throw new Error('PostgreSQL (initdb, postgres) is not on this machine');
    const postgres = await startPostgres(programs);
    const urls = SERVICES.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, postgres.createDatabase()]);
    return new Installation(postgres, Object.fromEntries(urls));
  }

  get database(): DatabaseChoice {
    return this.postgres ? 'postgres' : 'embedded';
  }

  /** @returns the running installation, and milliseconds until it said it was ready. */
  async start(): Promise<{ readonly house: House; readonly readyMs: number }> {
    const startedAt = performance.now();
    const house = await startHouse({ ...UNLIMITED, ...this.environment }, { dataDir: this.#dataDir });
    this.#house = house;
    return { house, readyMs: performance.now() - startedAt };
  }

  /** @returns milliseconds until everything had ended. */
  async stop(): Promise<number> {
    const startedAt = performance.now();
    await this.#house?.stop();
    this.#house = undefined;
    return performance.now() - startedAt;
  }

  /** Ends every connection to the services' databases. @throws Error when rows are embedded. */
  async loseDatabases(): Promise<void> {
    if (!this.postgres) throw new Error('embedded databases cannot go away');
    await this.postgres.kill();
  }

  async returnDatabases(): Promise<void> {
    await this.postgres?.restart();
  }

  /** A new, empty database for something else; `undefined` when rows are embedded. */
  createDatabase(): string | undefined {
    return this.postgres?.createDatabase();
  }

  /** Ends everything and removes the data. */
  async remove(): Promise<void> {
    await this.stop();
    await this.postgres?.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
