import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createLogger } from '@switchboard/observability';
import { createSubgraphServer, type SubgraphServer } from '@switchboard/subgraph';
import { parse } from 'graphql';
import type { JWK } from 'jose';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])`;
const NODE = 'interface Node { id: ID! }';

/** The subgraph `notes`, with more fields of a note and other arguments of the list where wanted. */
export function notesSdl({
  more = '',
  text = 'text: String!',
  list = 'notes(first: Int): [Note!]',
} = {}): string {
  return `${LINK}
${NODE}
type Note implements Node @key(fields: "id") @tag(name: "id-nte") { id: ID! ${text} ${more} }
type Query { ${list} }`;
}

/** The subgraph `tasks`. */
export function tasksSdl({ more = '' } = {}): string {
  return `${LINK}
${NODE}
type Task implements Node @key(fields: "id") @tag(name: "id-tsk") { id: ID! title: String! ${more} }
type Query { tasks(filter: TaskFilter): [Task!] }
input TaskFilter { title: String state: TaskState }
enum TaskState { OPEN DONE }`;
}

/** A pod: a real subgraph server, which answers nobody without the right identity. */
export interface Pod {
  readonly name: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface PodKeys {
  readonly gateway: JWK;
  readonly controller: JWK;
}

let count = 0;

/** @param subgraph whose SDL it serves. */
export async function startPod(subgraph: string, sdl: string, keys: PodKeys): Promise<Pod> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl) });
  const server: SubgraphServer = await createSubgraphServer({
    subgraph: { name: subgraph, schema, sdl, textRules: new Map() },
    identity: keys.gateway,
    sdlReader: keys.controller,
    logger: createLogger('pod', { level: 'silent' }),
    readiness: async () => [],
    host: '127.0.0.1',
    port: 0,
  });
  const url = await server.listen();
  count += 1;
  return { name: `${subgraph}-${count}`, port: Number(new URL(url).port), close: () => server.close() };
}
