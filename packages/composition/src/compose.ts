export type { ApiChange } from './check/api-changes.ts';
export { apiSchemaOf } from './check/api-schema.ts';
export { brokenLines } from './check/broken-lines.ts';
export type { BrokenOperation } from './check/broken-operation.ts';
export { type CheckedSupergraph, checkSupergraph } from './check/check-supergraph.ts';
export { type Composition, composeSupergraph, type SubgraphDocument } from './compose-supergraph.ts';
