import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { Problem } from './problem.ts';

const run = promisify(execFile);

/** Checks that every port can be listened on. @throws {Problem} naming the first that cannot, and who has it */
export async function requireFreePorts(doors: { name: string; port: number }[]): Promise<void> {
  const failures = await Promise.all(
    doors.map(async (door) => ({ ...door, code: await listenFailure(door.port) })),
  );
  const taken = failures.find(({ code }) => code !== undefined);
  if (taken === undefined) return;
  const { name, port, code } = taken;
  if (code !== 'EADDRINUSE') throw new Problem(`Port ${port} (${name}) cannot be used: ${code}.`);
  const holder = await whoListens(port);
  throw new Problem(
    `Port ${port} (${name}) is in use${holder ? ` by ${holder}` : ''}. End that program, or choose other ports, such as: PORT_BASE=5000 npm start`,
  );
}

/** Both loopback addresses, because `localhost` may mean either. */
async function listenFailure(port: number): Promise<string | undefined> {
  const codes = await Promise.all(['127.0.0.1', '::1'].map((host) => tryListen(port, host)));
  // A machine without IPv6 is no reason to refuse.
  return codes.find((code) => code !== undefined && code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT');
}

function tryListen(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (failure: NodeJS.ErrnoException) => resolve(failure.code ?? failure.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** In words, such as `node (pid 4711)`; undefined where neither lsof nor ss knows. */
async function whoListens(port: number): Promise<string | undefined> {
  const lsof = await output('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const [, pid] = /^p(\d+)$/m.exec(lsof) ?? [];
  const [, command] = /^c(.+)$/m.exec(lsof) ?? [];
  if (pid !== undefined && command !== undefined) return `${command} (pid ${pid})`;
  const ss = await output('ss', ['-Hltnp', `sport = :${port}`]);
  const [, program, programPid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(ss) ?? [];
  return program === undefined ? undefined : `${program} (pid ${programPid})`;
}

async function output(command: string, args: string[]): Promise<string> {
  try {
    return (await run(command, args, { timeout: 3000 })).stdout;
  } catch {
    return '';
  }
}
