import { AppError } from '@switchboard/errors';
import type { SdlClient } from './sdl-client.ts';
import type { SubgraphEndpoint, SubgraphService } from './subgraph-service.ts';

/** What a subgraph's pods answered. */
export interface GatheredSubgraph {
  readonly subgraph: SubgraphService;
  /** What all ready pods agree on, else what they last agreed on; absent when they never did. */
  readonly sdl: string | undefined;
  /** Why the pods' present answer does not count yet. */
  readonly waitsFor: string | undefined;
}

/** The SDL that each subgraph's pods agree on. Every pod is asked once, as long as it stays ready. */
export class SdlGatherer {
  readonly #answers = new Map<string, string>();
  readonly #agreed = new Map<string, string>();

  constructor(private readonly client: SdlClient) {}

  /** What subgraphs last agreed on before this process, by name; newer knowledge is kept. */
  remember(sdls: Readonly<Record<string, string>>): void {
    for (const [name, sdl] of Object.entries(sdls)) if (!this.#agreed.has(name)) this.#agreed.set(name, sdl);
  }

  async gather(subgraphs: readonly SubgraphService[]): Promise<readonly GatheredSubgraph[]> {
    const ready = new Set(subgraphs.flatMap(({ endpoints }) => endpoints.map(({ key }) => key)));
    for (const key of this.#answers.keys()) if (!ready.has(key)) this.#answers.delete(key);
    return Promise.all(subgraphs.map((subgraph) => this.#gatherOne(subgraph)));
  }

  async #gatherOne(subgraph: SubgraphService): Promise<GatheredSubgraph> {
    const { name, endpoints } = subgraph;
    const waiting = (waitsFor: string) => ({ subgraph, sdl: this.#agreed.get(name), waitsFor });
    if (endpoints.length === 0) return waiting('a pod that is ready');
    const asked = await Promise.all(endpoints.map((endpoint) => this.#ask(name, endpoint)));
    const failed = asked.find(({ failure }) => failure !== undefined);
    if (failed) return waiting(`an answer of pod ${failed.pod}, which ${failed.failure}`);
    const pods = new Map<string, string[]>();
    for (const { sdl = '', pod } of asked) pods.set(sdl, [...(pods.get(sdl) ?? []), pod]);
    const [first] = asked;
    if (pods.size > 1 || first?.sdl === undefined) {
      const sides = [...pods.values()].map((names) => names.join(', ')).join(' and ');
      return waiting(`the end of a rollout: the pods ${sides} answer with different schemas`);
    }
    this.#agreed.set(name, first.sdl);
    return { subgraph, sdl: first.sdl, waitsFor: undefined };
  }

  async #ask(
    subgraph: string,
    endpoint: SubgraphEndpoint,
  ): Promise<{ readonly pod: string; readonly sdl?: string; readonly failure?: string }> {
    const { key, pod } = endpoint;
    const known = this.#answers.get(key);
    if (known !== undefined) return { pod, sdl: known };
    try {
      const sdl = await this.client.ask(subgraph, endpoint);
      this.#answers.set(key, sdl);
      return { pod, sdl };
    } catch (thrown) {
      return { pod, failure: AppError.from(thrown).message };
    }
  }
}
