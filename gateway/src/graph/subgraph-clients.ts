import type { IdentitySigner } from '@switchboard/identity';
import type { Logger } from '@switchboard/observability';
import { SubgraphClient, type SubgraphClientOptions } from './subgraph-client.ts';

/** The services the gateway can ask. Each has one client for the process's life, whatever graph it is asked for. */
export class SubgraphClients {
  readonly #clients = new Map<string, SubgraphClient>();

  constructor(
    private readonly urls: Readonly<Record<string, string>>,
    private readonly signer: IdentitySigner,
    private readonly logger: Logger,
    private readonly options: SubgraphClientOptions | undefined,
  ) {}

  /** @throws Error naming a subgraph that has no URL. */
  of(names: readonly string[]): ReadonlyMap<string, SubgraphClient> {
    return new Map(names.map((name) => [name, this.#client(name)]));
  }

  /** Something of the workspace changed: whoever asks from now on is told what is true now. */
  changed(workspaceId: string): void {
    for (const client of this.#clients.values()) client.changed(workspaceId);
  }

  #client(name: string): SubgraphClient {
    const known = this.#clients.get(name);
    if (known) return known;
    const url = this.urls[name];
    if (!url) throw new Error(`The supergraph names the subgraph "${name}", which has no URL`);
    const client = new SubgraphClient(name, url, this.signer, this.logger, this.options);
    this.#clients.set(name, client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}
