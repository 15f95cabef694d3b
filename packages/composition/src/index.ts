export { ownSdl } from './own-sdl.ts';
export {
  ID_TAG,
  isAccessDirective,
  type LoadedSupergraph,
  type NodeType,
  OWN_SUBGRAPH,
  OWNER_TAG,
  readSupergraph,
  stringArgument,
  tagOf,
} from './supergraph.ts';
