export { freePort, SERVICES, startBroker, type TestBroker } from './broker.ts';
export { memoryDatabase } from './memory-database.ts';
export { waitFor } from './wait-for.ts';
