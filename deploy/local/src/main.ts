import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brokerSetup } from './broker-setup.ts';
import { runCommand } from './command.ts';
import { runHouse } from './runner.ts';
import { readSettings } from './settings.ts';
import { stopRequests } from './stop-requests.ts';
import { openTerminal } from './terminal.ts';
import { watchBuilds } from './watch.ts';

const HELP = `npm start                 everything on this machine, on the vendor sandbox
npm run dev               the same, and parts restart when their code changes

Variables (also read from a file .env in the project's root):
  PORT_BASE   first of the ports used (4000): gateway +0, services +1 to +6, sandbox +10 and +11, broker +20
  DATA_DIR    where everything is kept (.data)
  PUBLIC_URL  where vendors and browsers reach the gateway (http://localhost:<PORT_BASE>)
  NATS_URL    a broker of your own instead of a nats-server started here
  LOG         all: every line of every part in the terminal; otherwise warnings and errors (all lines: DATA_DIR/logs)
  LOG_LEVEL   how much the parts log (info)
  AUTH_…, MAIL_… and so on are handed to the part of that name, such as AUTH_DATABASE_URL
  PARTS       for work on the house itself: start only these, such as PARTS=sandbox,auth,gateway`;

const root = fileURLToPath(new URL('../../..', import.meta.url));

await runCommand(async () => {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, watch: { type: 'boolean' } },
  });
  if (values.help) console.log(HELP);
  else await start(values.watch === true);
  return 0;
});

async function start(watch: boolean): Promise<void> {
  const envFile = join(root, '.env');
  // What is set in the shell already wins.
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const settings = readSettings(process.env, root);
  const terminal = openTerminal(settings.showAllLogs);
  const requests = stopRequests();
  await runHouse({
    settings,
    env: process.env,
    terminal,
    brokerSetup,
    ...requests,
    ...(watch && { onStarted: (house) => watchBuilds(house, settings, terminal) }),
  });
}
