import { type NodeType, OWNER_TAG } from './supergraph.ts';

/**
 * The gateway's own subgraph: entry points that belong to no service, and a stub of every node type, so that
 * `node` can answer with any of them. Descriptions of shared types are left to the services.
 */
export function ownSdl(nodeTypes: readonly NodeType[]): string {
  const imports = ['@cost', '@key', '@listSize', ...(nodeTypes.length > 0 ? ['@tag'] : [])].map((name) =>
    JSON.stringify(name),
  );
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports.join(', ')}])

type Query {
  """
  Any node by its id. An unknown id and another workspace's id both give null.
  """
  node(id: ID!): Node
  """
  Nodes by their ids, in the order of the ids; 100 at most.
  """
  nodes(ids: [ID!]!): [Node]! @listSize(assumedSize: 20, requireOneSlicingArgument: false)
  """
  Everything that ever happened with a person, by e-mail address or phone number (E.164).
  """
  contactPoint(address: String!): ContactPoint
  """
  What you may call as a tool, for agents; also at /mcp by the Model Context Protocol.
  """
  tools: [Tool!]! @listSize(assumedSize: 20, requireOneSlicingArgument: false)
  """
  The points you have left. Every operation costs some, before it runs.
  """
  rateLimit: RateLimit @cost(weight: 0)
}

"""
An operation that an agent calls by name.
"""
type Tool {
  """
  The name of the query or mutation.
  """
  name: String!
  """
  Whether it changes something.
  """
  isMutation: Boolean!
  description: String!
  """
  The scopes it needs.
  """
  scopes: [String!]!
  """
  JSON Schema (2020-12) of its arguments, as JSON; of a mutation, what goes into its input.
  """
  inputSchema: String!
}

"""
The bucket of your API key, your session or, without either, your address.
"""
type RateLimit {
  """
  Points that a full bucket holds.
  """
  limit: Int!
  """
  Points that this operation cost.
  """
  cost: Int!
  remaining: Int!
  used: Int!
  """
  When the bucket is full again, if nothing more is spent.
  """
  resetAt: DateTime!
}

scalar DateTime

interface Node {
  id: ID!
}

"""
One way to reach a person: an e-mail address or a phone number. Every service adds what it knows.
"""
type ContactPoint @key(fields: "address") {
  """
  In canonical form: the domain in lower case, or E.164.
  """
  address: String!
  kind: ContactPointKind!
}

enum ContactPointKind {
  EMAIL
  PHONE
}
${nodeTypes.map(stub).join('')}`;
}

function stub({ typeName, owner }: NodeType): string {
  return `
type ${typeName} implements Node @key(fields: "id", resolvable: false) @tag(name: "${OWNER_TAG}${owner}") {
  id: ID!
}
`;
}
