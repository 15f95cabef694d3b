import process from 'node:process';
import { SandboxControl } from '@switchboard/testing/sandbox-control';
import { Client } from './house/client.ts';
import { newPeople } from './journey/people.ts';
import { steps } from './journey/steps.ts';
import { startWalk } from './journey/walk.ts';

const HELP = `npm run tour

Walks through the product against a running installation (npm start) and says what it does.

  PORT_BASE   first port of the installation (4000)
`;

async function tour(portBase: number): Promise<void> {
  const gateway = `http://localhost:${portBase}`;
  const walk = startWalk(
    newPeople(),
    new Client(gateway),
    new SandboxControl(`http://localhost:${portBase + 10}`),
  );
  for (const [index, step] of steps.entries()) {
    process.stdout.write(`${String(index + 1).padStart(2)}. ${step.title}\n`);
    process.stdout.write(`    ${await step.run(walk)}\n`);
  }
  process.stdout.write(`\nLook around as the owner of the demo workspace: ${gateway}/\n`);
  process.stdout.write(`Header: {"authorization": "Bearer ${walk.owner.credential}"}\n`);
}

if (process.argv.includes('--help')) {
  process.stdout.write(HELP);
} else {
  await tour(Number(process.env.PORT_BASE) || 4000).catch((error: Error) => {
    const away = error.message === 'fetch failed';
    process.stderr.write(away ? 'Nothing answers there. Start it first: npm start\n' : `${error.message}\n`);
    process.exitCode = 1;
  });
}
