import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  graphql,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  parse,
} from 'graphql';
import { readBytes, type Stub, startStub } from '../http.fixture.ts';

const SERVICES = new URL('../../../services/', import.meta.url);

/** Every service's committed subgraph, answered by invented data. */
export interface MockSubgraphs {
  readonly urls: Readonly<Record<string, string>>;
  /** Documents received since it was last emptied. */
  readonly received: string[];
  close(): Promise<void>;
}

/** Starts a stub for each service: it answers every query by the service's schema and knows no access rules. */
export async function startMockSubgraphs(): Promise<MockSubgraphs> {
  const received: string[] = [];
  const stubs: [string, Stub][] = [];
  for (const name of readdirSync(SERVICES).sort()) {
    const schema = mockSchema(readFileSync(new URL(`${name}/schema.graphql`, SERVICES), 'utf8'));
    const stub = await startStub(async (request, response) => {
      const { query, variables } = JSON.parse((await readBytes(request)).toString('utf8'));
      received.push(query);
      const answer = await graphql({ schema, source: query, variableValues: variables, rootValue: {} });
      response.end(JSON.stringify(answer));
    });
    stubs.push([name, stub]);
  }
  return {
    urls: Object.fromEntries(stubs.map(([name, { url }]) => [name, url])),
    received,
    close: async () => {
      await Promise.all(stubs.map(([, stub]) => stub.close()));
    },
  };
}

function mockSchema(sdl: string): GraphQLSchema {
  const schema = buildSubgraphSchema(parse(sdl));
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('_') || type.name.startsWith('__')) continue;
    if (isAbstractType(type)) {
      type.resolveType = (value: { __typename?: string }) =>
        value.__typename ?? schema.getPossibleTypes(type)[0]?.name;
    } else if ('getFields' in type) {
      for (const field of Object.values(type.getFields())) {
        if (!('args' in field) || field.name.startsWith('_')) continue;
        const output = field.type as GraphQLOutputType;
        field.resolve = (source: Record<string, unknown>) => source[field.name] ?? mockOf(output);
      }
    }
    if ('serialize' in type && !isEnumType(type)) type.serialize = (value) => value;
  }
  return schema;
}

function mockOf(type: GraphQLOutputType): unknown {
  if (isNonNullType(type)) return mockOf(type.ofType);
  if (isListType(type)) return [mockOf(type.ofType)];
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues()[0]?.value;
  if (!isLeafType(named)) return {};
  return { Int: 1, Float: 1.5, Boolean: true }[named.name] ?? 'mock';
}
