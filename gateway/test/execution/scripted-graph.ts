import { ApolloGateway } from '@apollo/gateway';
import { createLogger } from '@switchboard/observability';
import { dataSource } from '../../src/apollo/data-sources.ts';
import type { SubgraphSource } from '../../src/execution/execution.ts';
import { executePlansHere } from '../../src/execution/plan-executor.ts';
import type { SubgraphAnswer } from '../../src/graph/subgraph-answer.ts';
import type { AskOptions, SubgraphRequest } from '../../src/graph/subgraph-client.ts';
import { requestOf } from './mock-graph.ts';
import { composed } from './rich-graph.ts';

/** One question as it reached a subgraph. */
export interface Question extends SubgraphRequest {
  readonly subgraph: string;
  readonly isShareable: boolean | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: looked into freely by the tests
  readonly representations: readonly any[];
}

export interface ScriptedGraph {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
  run(query: string, variables?: Record<string, unknown>): Promise<any>;
  readonly questions: Question[];
  /** How many operations were left to Apollo's executor. */
  leftToStock(): number;
  reload(services: readonly { readonly name: string; readonly sdl: string }[]): void;
}

/** A graph whose subgraphs answer what a test says. */
export async function scriptedGraph(
  services: readonly { readonly name: string; readonly sdl: string }[],
  answer: (question: Question) => SubgraphAnswer | Promise<SubgraphAnswer>,
): Promise<ScriptedGraph> {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const logger = createLogger('test', { level: 'silent' });
  const questions: Question[] = [];
  const source = (subgraph: string): SubgraphSource => ({
    async ask(request: SubgraphRequest, _context: unknown, { isShareable }: AskOptions = {}) {
      const { representations = [] } = (request.variables ?? {}) as { representations?: unknown[] };
      const question = { ...request, subgraph, isShareable, representations };
      questions.push(question);
      return JSON.parse(JSON.stringify(await answer(question)));
    },
  });
  const sources = new Map(services.map(({ name }) => [name, source(name)]));
  let reload: ((sdl: string) => void) | undefined;
  const gateway = new ApolloGateway({
    async supergraphSdl({ update }) {
      reload = update;
      return { supergraphSdl: composed(services) };
    },
    logger,
    buildService: ({ name }) => dataSource(sources.get(name) ?? source(name)),
  });
  const stock = gateway.executor;
  let leftToStock = 0;
  gateway.executor = (request) => {
    leftToStock += 1;
    return stock(request);
  };
  executePlansHere(gateway, sources, logger);
  await gateway.load();
  return {
    async run(query, variables = {}) {
      return JSON.parse(JSON.stringify(await gateway.executor(requestOf(query, variables))));
    },
    questions,
    leftToStock: () => leftToStock,
    reload: (changed) => reload?.(composed(changed)),
  };
}
