#!/usr/bin/env node
/** `npx switchboard supergraph check`: the commands of package.json by one name, for pipelines that work in a checkout. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COMMANDS = ['start', 'status', 'doctor', 'replay', 'supergraph'];
const root = fileURLToPath(new URL('../../..', import.meta.url));

const [command, ...args] = process.argv.slice(2);
if (command === undefined || !COMMANDS.includes(command)) {
  console.error(`switchboard: ${command === undefined ? 'no command' : `"${command}" is no command`}

  npx switchboard ${COMMANDS.join(' | ')}

Each is npm run <command> -- …; --help after a command says what it takes.`);
  process.exit(2);
}
const { status } = spawnSync('npm', ['run', '--silent', command, '--', ...args], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
