/**
 * Caching in a subgraph's document. A subgraph says which of its entities may be kept and what drops them; the
 * directive passes composition, and the gateway, which keeps them, reads it from the supergraph.
 */
import { type DirectiveDefinitionNode, parse } from 'graphql';

export const CACHE_DIRECTIVE = 'cacheControl';
export const CACHE_FEATURE = 'https://specs.switchboard.dev/cacheControl/v1.0';

const [definition] = parse(`
"""
For how many seconds values of the type may be kept, which events drop them all, and whether all callers of a workspace with the same scopes may share them.
"""
directive @${CACHE_DIRECTIVE}(maxAge: Int!, droppedBy: [String!]! = [], shared: Boolean! = false) on OBJECT
`).definitions;
export const CACHE_DEFINITION = definition as DirectiveDefinitionNode;
