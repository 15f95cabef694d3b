/** `npm run generate`: TypeScript from the proto files, the index over it, and the documents for readers of events. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findConsumers } from './consumers.ts';
import { readContracts, repositoryFolder, runBuf } from './contracts.ts';
import { findThickFields } from './thin-events.ts';
import { catalogue } from './write-catalogue.ts';
import { writeIndex } from './write-index.ts';

const contracts = readContracts();
const thickFields = findThickFields(contracts);
if (thickFields.length > 0) throw new Error(`Events must stay thin:\n${thickFields.join('\n')}`);

runBuf(['generate']);
writeIndex(contracts);

const documents = join(repositoryFolder, 'docs/events');
mkdirSync(documents, { recursive: true });
writeFileSync(join(documents, 'catalogue.md'), catalogue(contracts, findConsumers(repositoryFolder)));

// Everything a reader without our generated code needs to decode events, and nothing about internal requests.
const descriptors = join(documents, 'events.binpb');
runBuf([
  'build',
  '--as-file-descriptor-set',
  '--exclude-source-info',
  '--path',
  'proto/evt',
  '-o',
  descriptors,
]);
