export { Problem } from './problem.ts';
export { type BrokerSetup, type HouseOptions, runHouse } from './runner.ts';
export { readSettings, type Settings } from './settings.ts';
export { stopRequests } from './stop-requests.ts';
export { openTerminal, Terminal } from './terminal.ts';
