import { Supergraph } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';

/** The schema that clients query: nothing of the federation. @throws GraphQLError for what is no supergraph. */
export function apiSchemaOf(supergraphSdl: string): GraphQLSchema {
  // Without a list of features: which of them a gateway runs is the gateway's business.
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null, validateSupergraph: false });
  return supergraph.apiSchema().toGraphQLJSSchema();
}
