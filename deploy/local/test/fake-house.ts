import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { findNatsServer } from '../../../scripts/nats-server.mjs';
import { identify } from '../src/process-identity.ts';

const PART_FOLDERS = { sandbox: 'packages/vendor-sandbox', mail: 'services/mail', gateway: 'gateway' };
const fixtures = join(import.meta.dirname, 'fixtures');

/** A project folder with fake parts, and free ports; what a runner needs. */
export interface Place {
  root: string;
  dataDir: string;
  portBase: number;
  remove(): Promise<void>;
}

export async function makePlace(): Promise<Place> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'house-')));
  for (const folder of Object.values(PART_FOLDERS)) {
    await cp(join(fixtures, 'fake-part.mjs'), join(root, folder, 'dist', 'main.js'));
    await cp(join(fixtures, 'module.json'), join(root, folder, 'package.json'));
  }
  const portBase = await freePortBase();
  return {
    root,
    dataDir: join(root, '.data'),
    portBase,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** What the runner prints when everything runs. */
export const READY = 'Switchboard is ready at';

/** A runner started in a place. */
export class FakeHouse {
  output = '';
  readonly exit: Promise<number | null>;
  readonly #watchers = new Set<() => void>();

  private constructor(
    readonly process: ChildProcess,
    readonly place: Place,
  ) {
    const collect = (chunk: Buffer) => {
      this.output += chunk;
      for (const watcher of this.#watchers) watcher();
    };
    process.stdout?.on('data', collect);
    process.stderr?.on('data', collect);
    this.exit = new Promise((resolve) => process.once('close', (code) => resolve(code)));
    void this.exit.then(() => {
      for (const watcher of this.#watchers) watcher();
    });
  }

  static async start(place: Place, env: Record<string, string> = {}): Promise<FakeHouse> {
    const natsServer = await findNatsServer();
    const child = spawn(process.execPath, [join(fixtures, 'fake-house.mjs')], {
      env: {
        PATH: process.env.PATH,
        FAKE_ROOT: place.root,
        PORT_BASE: String(place.portBase),
        PARTS: 'sandbox,mail,gateway',
        NATS_SERVER: natsServer,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new FakeHouse(child, place);
  }

  /** Resolves once the text was printed; rejects if the runner ends before. */
  async prints(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (this.output.includes(text)) resolve();
        else if (this.process.exitCode !== null)
          reject(new Error(`ended without "${text}":\n${this.output}`));
        else return;
        this.#watchers.delete(look);
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Process ids of everything the runner started so far. */
  async children(): Promise<number[]> {
    const { children } = JSON.parse(await readFile(join(this.place.dataDir, 'run.json'), 'utf8'));
    return children.map(({ pid }: { pid: number }) => pid);
  }

  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    await this.exit;
  }
}

/** Those of the processes that still run. */
export async function running(pids: number[]): Promise<number[]> {
  const identities = await Promise.all(pids.map(identify));
  return identities.flatMap((identity) => identity?.pid ?? []);
}

async function freePortBase(): Promise<number> {
  const offsets = [0, 2, 10, 11, 20];
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(offsets.map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A fresh place for each test of a file, and the end of every runner started in it. */
export function freshPlaces(): {
  place: () => Place;
  start: (env?: Record<string, string>, where?: Place) => Promise<FakeHouse>;
} {
  let place: Place;
  const houses: FakeHouse[] = [];
  beforeEach(async () => {
    place = await makePlace();
  });
  afterEach(async () => {
    await Promise.all(houses.splice(0).map((house) => house.stop()));
    await place.remove();
  });
  return {
    place: () => place,
    async start(env = {}, where = place) {
      const house = await FakeHouse.start(where, env);
      houses.push(house);
      return house;
    },
  };
}
