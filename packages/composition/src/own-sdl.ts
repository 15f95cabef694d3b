import { type NodeType, OWNER_TAG } from './supergraph.ts';

/**
 * The gateway's own subgraph: entry points that belong to no service, and a stub of every node type, so that
 * `node` can answer with any of them. Descriptions of shared types are left to the services.
 */
export function ownSdl(nodeTypes: readonly NodeType[]): string {
  const imports = [
    '@authenticated',
    '@cost',
    '@key',
    '@listSize',
    ...(nodeTypes.length > 0 ? ['@tag'] : []),
  ].map((name) => JSON.stringify(name));
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

type Subscription {
  """
  Events of the workspace as they happen, those of the named types (such as \`evt.mail.v1.MailSent\`) or all that the
  caller may see: of a service with its scope for reading, such as \`mail:read\`; of auth with \`workspace:admin\`; all of
  them with \`audit:read\`. Test keys see those of the sandbox.

  Needs a signed-in caller.
  """
  events(types: [String!]): Event @authenticated
}

"""
A fact that a service stated. What it is about is asked for by its ids.
"""
type Event {
  id: ID!
  """
  Full name, such as \`evt.mail.v1.MailSent\`.
  """
  type: String!
  """
  The service that stated it.
  """
  service: String!
  occurredAt: DateTime!
  """
  The ids that the event names.
  """
  subjects: [ID!]!
  """
  Whether it stayed in the vendor sandbox; null when it is about nothing of a vendor.
  """
  sandbox: Boolean
  """
  The API operation at the root, such as \`smsSend\`.
  """
  operation: String
  """
  The request at the root of everything that belongs together.
  """
  correlationId: ID!
  """
  The direct cause: an event, or the request.
  """
  causationId: ID!
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
