import { defineCounter, type Logger } from '@switchboard/observability';
import { digestOf } from '../persisted/registered-operations.ts';
import { type GraphSurroundings, type LoadedGraph, loadGraph } from './loaded-graph.ts';

/** A graph, and the requests that it still answers. */
interface Held {
  readonly graph: LoadedGraph;
  users: number;
}

const countReload = defineCounter(
  'switchboard_gateway_supergraph_reloads_total',
  'Supergraphs that were offered to the gateway while it ran, by what became of them.',
  ['outcome'],
);

/**
 * The graph that is served now. A new one takes its place between two requests: those under way are answered by the
 * one they began with, which ends after the last of them.
 */
export class CurrentGraph {
  #held: Held;
  #replacing: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(
    graph: LoadedGraph,
    private readonly around: GraphSurroundings,
  ) {
    this.#held = { graph, users: 0 };
  }

  /** @throws Error that says what is wrong with the supergraph. */
  static async load(sdl: string, around: GraphSurroundings): Promise<CurrentGraph> {
    return new CurrentGraph(await loadGraph(sdl, around), around);
  }

  /** For what is done at once; whatever waits goes through `use`. */
  get now(): LoadedGraph {
    return this.#held.graph;
  }

  /** Does something with the graph, which stays whole until it is done. */
  async use<T>(work: (graph: LoadedGraph) => Promise<T>): Promise<T> {
    const held = this.#held;
    held.users += 1;
    try {
      return await work(held.graph);
    } finally {
      held.users -= 1;
      await this.#endIfLeft(held);
    }
  }

  /**
   * Serves another supergraph from now on; one that cannot be served changes nothing.
   * @throws Error that says what is wrong with it.
   */
  async replace(sdl: string): Promise<void> {
    const turn = this.#replacing.then(() => this.#replace(sdl));
    this.#replacing = turn.catch(() => {});
    await turn;
  }

  async #replace(sdl: string): Promise<void> {
    if (this.#isClosed || digestOf(sdl) === this.now.digest) return;
    const graph = await loadGraph(sdl, this.around).catch((thrown: unknown) => {
      countReload({ outcome: 'refused' });
      throw thrown;
    });
    const old = this.#held;
    this.#held = { graph, users: 0 };
    countReload({ outcome: 'ok' });
    this.around.logger.info({ from: old.graph.digest, to: graph.digest }, 'supergraph replaced');
    await this.#endIfLeft(old);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#replacing;
    await this.now.apollo.stop();
  }

  async #endIfLeft(held: Held): Promise<void> {
    if (held === this.#held || held.users > 0) return;
    await held.graph.apollo
      .stop()
      .catch((err: unknown) => logFailedStop(this.around.logger, err, held.graph.digest));
  }
}

function logFailedStop(logger: Logger, err: unknown, digest: string): void {
  logger.warn({ err, supergraph: digest }, 'a supergraph that is not served any more did not end');
}
