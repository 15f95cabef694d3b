import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from './problem.ts';
import { identify, isRunning, type ProcessIdentity, parseIdentity } from './process-identity.ts';

/**
 * `DATA_DIR/run.json`: the runner that uses the folder, and the processes it started.
 * It is the lock of the folder, and tells the next runner what a killed one may have left.
 */
export interface RunFile {
  /** Notes a process, so that a later runner can end it. */
  add(pid: number): Promise<void>;
  /** Gives the folder free. */
  release(): Promise<void>;
}

interface Content {
  runner: ProcessIdentity;
  children: ProcessIdentity[];
}

/** A killed runner's children end by themselves; this is for the one that hangs. */
const LEFT_OVER_GRACE_MS = 3000;

/**
 * Takes the folder for this process, and ends what an earlier runner left behind.
 * @throws {Problem} if another runner uses it
 */
export async function takeRunFile(dataDir: string): Promise<RunFile> {
  const path = join(dataDir, 'run.json');
  const runner = await identify(process.pid);
  if (runner === undefined) throw new Problem('The start time of this process cannot be read (/proc or ps).');
  const content: Content = { runner, children: [] };

  while (!(await create(path, content))) {
    const earlier = await read(path);
    if (earlier !== undefined && (await isRunning(earlier.runner))) {
      throw new Problem(
        `Another npm start (pid ${earlier.runner.pid}) uses ${dataDir}. Stop it, or set DATA_DIR and PORT_BASE to run a second copy.`,
      );
    }
    await Promise.all((earlier?.children ?? []).map(endLeftOver));
    await rm(path, { force: true });
  }

  let writing = Promise.resolve();
  const save = () => {
    writing = writing.then(async () => {
      await writeFile(`${path}.new`, JSON.stringify(content));
      await rename(`${path}.new`, path);
    });
    return writing;
  };
  return {
    async add(pid) {
      const child = await identify(pid);
      if (child === undefined) return;
      content.children.push(child);
      await save();
    },
    async release() {
      await writing.catch(() => {});
      await rm(path, { force: true });
    },
  };
}

async function create(path: string, content: Content): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(content)).finally(() => file.close());
    return true;
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw failure;
  }
}

async function read(path: string): Promise<Content | undefined> {
  const first = await parse(path);
  if (first !== undefined) return first;
  // Another runner may be between creating the file and filling it.
  await delay(200);
  return parse(path);
}

async function parse(path: string): Promise<Content | undefined> {
  try {
    const { runner, children } = JSON.parse(await readFile(path, 'utf8'));
    const identity = parseIdentity(runner);
    if (identity === undefined || !Array.isArray(children)) return undefined;
    return { runner: identity, children: children.flatMap((child) => parseIdentity(child) ?? []) };
  } catch {
    return undefined;
  }
}

async function endLeftOver(child: ProcessIdentity): Promise<void> {
  const deadline = Date.now() + LEFT_OVER_GRACE_MS;
  // Not the group: the broker is a member of its watchdog's.
  if (await isRunning(child)) signalProcess(child.pid, 'SIGTERM');
  while (await isRunning(child)) {
    if (Date.now() > deadline) signalProcess(child.pid, 'SIGKILL');
    await delay(50);
  }
}

/** Each child of the runner leads a process group, so that what it started can be ended with it. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  signalProcess(-pid, signal);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime.
  }
}
