/**
 * `npm test`: the checks, then every test against real brokers and databases.
 * Arguments go to vitest, and then only the tests they name run: `npm test -- packages/ids`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { argv, env } from 'node:process';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { findNatsServer } from './nats-server.mjs';
import { root } from './workspaces.mjs';

const filters = argv.slice(2);
if (!(filters.length === 0 ? check() : build())) process.exit(1);

const natsServer = await findNatsServer({ announce: console.log }).catch((failure) => {
  console.error(failure.message);
  process.exit(1);
});

const { status } = spawnSync(join(root, 'node_modules', '.bin', 'vitest'), ['run', ...filters], {
  cwd: root,
  env: { ...env, NATS_SERVER: natsServer },
  stdio: 'inherit',
});
process.exit(status ?? 1);
