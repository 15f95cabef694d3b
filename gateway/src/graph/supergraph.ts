/** The words of a supergraph, which the gateway shares with whoever composes one. */
export {
  isAccessDirective,
  type LoadedSupergraph,
  type NodeType,
  OWN_SUBGRAPH,
  readSupergraph,
  stringArgument,
} from '@switchboard/composition';
