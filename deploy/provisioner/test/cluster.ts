/** Three nats-servers as one cluster, set up from what the provisioner prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@switchboard/testing';
import { findNatsServer } from '../../../scripts/nats-server.mjs';

export interface TestCluster {
  /** The three addresses, comma-separated. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * @param authorization a part of nats-server's configuration.
 * @param passwords the servers' environment.
 */
export async function startCluster(
  authorization: string,
  passwords: Readonly<Record<string, string>>,
): Promise<TestCluster> {
  const executable = await findNatsServer();
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-cluster-'));
  const ports = await Promise.all([0, 1, 2].map(() => freePort()));
  const routePorts = await Promise.all([0, 1, 2].map(() => freePort()));
  const routes = routePorts.map((port) => `nats-route://127.0.0.1:${port}`);
  const children = await Promise.all(
    ports.map((port, index) => {
      const file = join(folder, `${index}.conf`);
      const config = [
        `listen: "127.0.0.1:${port}"`,
        `server_name: "nats-${index}"`,
        `jetstream { store_dir: "${join(folder, String(index))}", max_file_store: 2GB }`,
        `cluster { name: "house", listen: "127.0.0.1:${routePorts[index]}", routes: ${JSON.stringify(routes)} }`,
        authorization,
      ];
      writeFileSync(file, config.join('\n'));
      return launch(executable, file, passwords);
    }),
  );
  return {
    url: ports.map((port) => `nats://127.0.0.1:${port}`).join(','),
    async stop() {
      await Promise.all(children.map(end));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function launch(
  executable: string,
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const child = spawn(executable, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'], env });
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (chunk) => {
      log += chunk;
      if (log.includes('Server is ready')) resolve(child);
    });
    child.once('exit', (code) => reject(new Error(`nats-server ended with ${code}: ${log.slice(-2000)}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
