import { join, relative } from 'node:path';
import { urlOf } from './environment.ts';
import type { StartReport } from './house.ts';
import type { Ports } from './ports.ts';
import { Problem } from './problem.ts';
import type { Settings } from './settings.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Says what runs where, and what to look at first. @throws {Problem} if the gateway is not ready */
export function sayReady(terminal: Terminal, settings: Settings, ports: Ports, reports: StartReport[]): void {
  const rows = reports.map(({ name, url, pid, readyMs, reason }) => [
    name,
    url,
    pid === undefined ? '-' : String(pid),
    reason === undefined ? `${(readyMs / 1000).toFixed(1)} s` : `not ready: ${reason}`,
  ]);
  terminal.say(`\n${table([['part', 'address', 'pid', 'ready after'], ...rows])}\n`);

  const gateway = reports.find(({ name }) => name === 'gateway');
  if (gateway?.reason !== undefined) throw new Problem(`The gateway is not ready: ${gateway.reason}`);
  const seconds = (performance.now() / 1000).toFixed(1);
  if (gateway === undefined) {
    terminal.say(`The chosen parts have started (${seconds} s).`);
    return;
  }
  const logs = join(relative(process.cwd(), settings.dataDir) || '.', 'logs');
  const hints = [
    ['explorer', `http://localhost:${ports.gateway}/`],
    ['sandbox', `${urlOf(ports.sandbox)}/`, 'what left the house: mail, messages, calls, payments'],
    ['state', 'npm run status'],
    ['logs', logs, 'Ctrl-C stops everything'],
  ];
  terminal.say(`Switchboard is ready at http://localhost:${ports.gateway} (${seconds} s)\n${table(hints)}`);
}
