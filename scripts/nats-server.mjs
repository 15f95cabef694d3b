/**
 * Finds the nats-server program, and unpacks it on Debian and Ubuntu when the machine has none.
 * Plain JavaScript without dependencies: the runner, `npm test` and the test kit all use it.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folders that hold servers but are often missing from a user's PATH (Debian installs to /usr/sbin). */
const SERVER_FOLDERS = ['/usr/local/bin', '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin'];
/** Where an unpacked nats-server stays for tests, which have no data folder of their own. */
const CACHE_FOLDER = fileURLToPath(new URL('../node_modules/.cache/switchboard', import.meta.url));
const APT_TIMEOUT_MS = 180_000;

/** nats-server cannot be had here; the message is one line that says what to do. */
export class NatsServerMissing extends Error {
  name = 'NatsServerMissing';
}

/**
 * The path of a nats-server that runs on this machine.
 * Looks at NATS_SERVER, PATH, `<dataDir>/bin`; then unpacks Debian's package into `<dataDir>/bin` (no root).
 * @throws {NatsServerMissing} with one line for the person at the terminal
 */
export async function findNatsServer({
  dataDir = CACHE_FOLDER,
  env = process.env,
  serverFolders = SERVER_FOLDERS,
  announce = () => {},
  signal,
} = {}) {
  const folder = resolve(dataDir);
  const unpacked = join(folder, 'bin', 'nats-server');
  if (env.NATS_SERVER) {
    if (await runs(env.NATS_SERVER)) return env.NATS_SERVER;
    throw new NatsServerMissing(
      `NATS_SERVER is ${env.NATS_SERVER}, which is not a nats-server that runs here.`,
    );
  }
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...serverFolders];
  for (const candidate of [...folders.map((each) => join(each, 'nats-server')), unpacked]) {
    if (await runs(candidate)) return candidate;
  }
  if (!(await isDebianLike(env))) throw new NatsServerMissing(`nats-server is missing. ${howToInstall()}`);
  announce('nats-server is not installed: unpacking the Debian package (no root needed)');
  await unpackDebianPackage(folder, unpacked, { env, signal });
  return unpacked;
}

async function runs(path) {
  try {
    await access(path, constants.X_OK);
    const { stdout, stderr } = await run(path, ['-v'], { timeout: 10_000 });
    return `${stdout}${stderr}`.includes('nats-server');
  } catch {
    return false;
  }
}

async function isDebianLike(env) {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const has = async (name) => {
    for (const folder of folders) {
      const found = await access(join(folder, name), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return true;
    }
    return false;
  };
  return process.platform === 'linux' && (await has('apt-get')) && (await has('dpkg'));
}

function howToInstall() {
  if (process.platform === 'darwin') return 'Install it with: brew install nats-server';
  return 'Install it (https://docs.nats.io/running-a-nats-service/introduction/installation), or set NATS_URL to a running broker.';
}

/** Lists and cache of its own, so that neither root nor the machine's own apt state is touched. */
async function unpackDebianPackage(folder, target, { env, signal }) {
  await mkdir(join(folder, 'bin'), { recursive: true });
  const work = await mkdtemp(join(folder, 'bin', '.apt-'));
  try {
    await chmod(work, 0o755);
    for (const each of ['lists/partial', 'cache/archives/partial', 'root']) {
      await mkdir(join(work, each), { recursive: true });
    }
    // The machine's hooks after an update belong to the machine's own lists.
    const hooks = '#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n';
    await writeFile(join(work, 'apt.conf'), hooks);
    const apt = (...args) =>
      run(
        'apt-get',
        [
          ...['-c', join(work, 'apt.conf'), '-q'],
          ...['-o', `Dir::State::lists=${join(work, 'lists')}`, '-o', `Dir::Cache=${join(work, 'cache')}`],
          ...[
            '-o',
            'Acquire::http::Timeout=20',
            '-o',
            'Acquire::https::Timeout=20',
            '-o',
            'Acquire::Retries=1',
          ],
          // Else apt, run as root, warns that its own user cannot write into our folder.
          ...['-o', 'APT::Sandbox::User=root'],
          ...args,
        ],
        {
          cwd: work,
          env: { ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
          timeout: APT_TIMEOUT_MS,
          signal,
        },
      );
    // One unreachable extra source fails the update although Debian's own lists arrived: the download decides.
    const update = await apt('update').catch((failure) => failure);
    await apt('download', 'nats-server').catch((failure) => {
      throw new Error(reason(update.stderr ? update : failure), { cause: failure });
    });
    const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get downloaded nothing');
    await run('dpkg', ['-x', join(work, archive), join(work, 'root')], { env, timeout: 60_000 });
    await placeBinary(join(work, 'root'), target);
  } catch (failure) {
    throw new NatsServerMissing(
      `nats-server is missing and could not be unpacked (${reason(failure)}). Check the network, or install it with: sudo apt-get install nats-server`,
      { cause: failure },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A rename, because another process may be unpacking into the same folder. */
async function placeBinary(root, target) {
  for (const place of ['usr/sbin/nats-server', 'usr/bin/nats-server']) {
    if (await runs(join(root, place))) {
      await rename(join(root, place), target);
      return;
    }
  }
  throw new Error('the package holds no nats-server that runs here');
}

/** The first telling line of a failed command. */
function reason(failure) {
  const text = failure?.stderr || failure?.message || String(failure);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return (lines.find((line) => /^[EW]:/.test(line)) ?? lines[0] ?? 'no reason given').replace(
    /^[EW]:\s*/,
    '',
  );
}
