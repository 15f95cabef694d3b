/**
 * Writes docs/configuration.md and .env.example from every process's own configuration.
 * Reads what was built, because no workspace may import all services.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCommands, allProcesses } from './processes.mjs';
import { root } from './workspaces.mjs';

const { envExample, variablesTable } = await import(join(root, 'packages/config/dist/index.js'));
const processes = await allProcesses();
const commands = await allCommands();

writeFileSync(join(root, 'docs', 'configuration.md'), documentation());
writeFileSync(join(root, '.env.example'), example());

function documentation() {
  const sections = [...processes, ...commands].map(
    ({ name, command, shape }) => `## ${name}\n\n\`${command}\`\n\n${variablesTable(shape)}\n`,
  );
  return `<!-- GENERATED — do not edit. From each process's config.ts: npm run generate -->

# Configuration

\`npm start\` needs none of this: it makes keys, passwords and addresses itself and hands each process its own (see
[deploy/local](../deploy/local/README.md)). Variables that begin with a process's name (\`AUTH_STRIPE_…\`) are passed on
to that process and replace what the runner made up, addresses and the gateway's identity apart.

What \`npm start\` itself reads (\`PORT_BASE\`, \`DATA_DIR\` and the like) stands there too.

A process reads its variables once, at the start, and names everything that is wrong with them together. Services and
the gateway take an empty variable as absent, and \`<NAME>_FILE\` as the name of a file that holds the value, as
mounted secrets do. The variables of a group belong together: without any of them the group is off.

${sections.join('\n')}`;
}

/** Each variable once, under the first process that reads it. */
function example() {
  const seen = new Set();
  const sections = processes.map(({ name, shape }) => {
    const known = Object.keys(shape.base.shape).filter((variable) => seen.has(variable));
    const own = {
      ...shape,
      base: shape.base.omit(Object.fromEntries(known.map((variable) => [variable, true]))),
    };
    for (const variable of Object.keys(own.base.shape)) seen.add(variable);
    return `# --- ${name} ---\n\n${envExample(own)}\n`;
  });
  return `# GENERATED — do not edit. From each process's config.ts: npm run generate
#
# \`npm start\` needs none of these, and reads .env: copy there what you set. A process started by itself reads it
# with \`node --env-file=.env services/auth/dist/main.js\`. docs/configuration.md has the tables.

${sections.join('\n')}`;
}
