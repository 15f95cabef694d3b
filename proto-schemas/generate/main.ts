/** `npm run generate`: TypeScript from the proto files and the index over it. */
import { readContracts, runBuf } from './contracts.ts';
import { writeIndex } from './write-index.ts';

runBuf(['generate']);
const contracts = readContracts();
writeIndex(contracts);
