import { setTimeout as delay } from 'node:timers/promises';
import type { V1EndpointSlice, V1Service } from '@kubernetes/client-node';
import type { RecordedOperation } from '@switchboard/composition/operations';
import { AppError } from '@switchboard/errors';
import type { SdlSigner } from '@switchboard/identity';
import { defineCounter, defineLevel, type Logger } from '@switchboard/observability';
import { Backoff } from './kubernetes/backoff.ts';
import { type Cluster, wordsOf } from './kubernetes/cluster.ts';
import { LeaderElection } from './kubernetes/leader-election.ts';
import { WatchedResource } from './kubernetes/watched-resource.ts';
import { objectNames, SERVICE_NAME_LABEL, SUBGRAPH_LABEL } from './names.ts';
import { ConfigMapStore } from './publishing/config-map-store.ts';
import type { Outcome } from './publishing/outcome.ts';
import { Reconciler } from './publishing/reconciler.ts';
import { Reporter } from './publishing/reporter.ts';
import { SdlGatherer } from './subgraphs/gather-sdl.ts';
import { SdlClient } from './subgraphs/sdl-client.ts';
import { subgraphServices } from './subgraphs/subgraph-service.ts';

export interface ControllerOptions {
  readonly cluster: Cluster;
  /** What the names of all its objects begin with. */
  readonly name: string;
  /** This replica. */
  readonly identity: string;
  readonly signer: SdlSigner;
  readonly readOperations: () => Promise<readonly RecordedOperation[]>;
  readonly leaseS: number;
  readonly resyncMs: number;
  /** The shortest wait after a failure, in milliseconds. */
  readonly retryMs?: number;
  readonly logger: Logger;
}

const RETRY_MS = 1_000;
/** A rollout changes several objects at once. */
const SETTLE_MS = 100;

const looks = defineCounter(
  'switchboard_supergraph_looks_total',
  'How often the supergraph was compared with the subgraphs, by what came of it.',
  ['outcome'],
);
const version = defineLevel(
  'switchboard_supergraph_version',
  'Version of the supergraph that gateways mount.',
);
const isBehind = defineLevel(
  'switchboard_supergraph_behind',
  '1 while the published supergraph is not what the subgraphs say: refused, waiting or held.',
);
const leads = defineLevel('switchboard_supergraph_leader', '1 at the replica that leads.');

/** Keeps the published supergraph of one namespace like its subgraphs. Only the leader writes. */
export class Controller {
  readonly #services: WatchedResource<V1Service>;
  readonly #slices: WatchedResource<V1EndpointSlice>;
  readonly #election: LeaderElection;
  readonly #reconciler: Reconciler;
  readonly #reporter: Reporter;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #wake: () => void = () => {};
  #isDirty = true;
  #last: Outcome | undefined;

  constructor(private readonly options: ControllerOptions) {
    const { cluster, name, identity, signer, readOperations, leaseS, logger } = options;
    const names = objectNames(name);
    const onChange = () => this.#look();
    const common = {
      watch: cluster.watch,
      onChange,
      logger,
      ...(options.retryMs && { retryMs: options.retryMs }),
    };
    const { namespace } = cluster;
    this.#services = new WatchedResource({
      ...common,
      path: `/api/v1/namespaces/${namespace}/services`,
      labelSelector: SUBGRAPH_LABEL,
      list: () => cluster.core.listNamespacedService({ namespace, labelSelector: SUBGRAPH_LABEL }),
    });
    this.#slices = new WatchedResource({
      ...common,
      path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      labelSelector: SERVICE_NAME_LABEL,
      list: () =>
        cluster.discovery.listNamespacedEndpointSlice({ namespace, labelSelector: SERVICE_NAME_LABEL }),
    });
    this.#reporter = new Reporter(cluster, names, identity, logger);
    this.#election = new LeaderElection({
      cluster,
      leaseName: names.lease,
      identity,
      leaseS,
      logger,
      onChange: (isLeader) => {
        leads(isLeader ? 1 : 0);
        this.#reporter.forget();
        this.#look();
      },
    });
    this.#reconciler = new Reconciler({
      gatherer: new SdlGatherer(new SdlClient(signer)),
      store: new ConfigMapStore(cluster, names, () => this.#election.isLeader),
      readOperations,
    });
  }

  get isLeader(): boolean {
    return this.#election.isLeader;
  }

  /** What the last look led to, at the leader. */
  get last(): Outcome | undefined {
    return this.#last;
  }

  /** Why it cannot do its work; empty when it can. */
  get unreadiness(): readonly string[] {
    return [
      ...(this.#services.isSynced ? [] : ['Services not listed yet']),
      ...(this.#slices.isSynced ? [] : ['EndpointSlices not listed yet']),
    ];
  }

  start(): void {
    this.#services.start();
    this.#slices.start();
    this.#election.start();
    this.#running ??= this.#run();
  }

  /** Finishes the look in hand, then gives the lead back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
    await this.#election.stop();
    await Promise.all([this.#services.stop(), this.#slices.stop()]);
  }

  #look(): void {
    this.#isDirty = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { logger, resyncMs, retryMs = RETRY_MS } = this.options;
    const backoff = new Backoff(retryMs, Math.max(retryMs, resyncMs));
    while (!signal.aborted) {
      this.#isDirty = false;
      let wait = resyncMs;
      if (this.isLeader && this.unreadiness.length === 0) {
        try {
          if (await this.#reconcile()) backoff.reset();
          else wait = backoff.next();
        } catch (thrown) {
          const expected = thrown instanceof AppError;
          const reason = expected ? thrown.message : wordsOf(thrown);
          looks({ outcome: expected ? thrown.code : 'failed' });
          logger.warn({ reason }, 'supergraph: not looked at; trying again');
          wait = backoff.next();
        }
      }
      await this.#pause(wait, signal);
    }
  }

  /** @returns false when it is worth looking again soon. */
  async #reconcile(): Promise<boolean> {
    const subgraphs = subgraphServices(this.#services.objects, this.#slices.objects);
    const reconciled = await this.#reconciler.reconcile(subgraphs);
    const { outcome, gathered } = reconciled;
    this.#last = outcome;
    looks({ outcome: outcome.state });
    version(outcome.version ?? 0);
    const isCurrent = outcome.state === 'current' || outcome.state === 'published';
    const isSettled = gathered.every(({ waitsFor }) => waitsFor === undefined);
    isBehind(isCurrent && isSettled ? 0 : 1);
    await this.#reporter.report(reconciled);
    return outcome.state !== 'waiting' && isSettled;
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isDirty) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, ms);
      await promise;
      clearTimeout(timer);
      this.#wake = () => {};
    }
    await delay(SETTLE_MS, undefined, { signal }).catch(() => {});
  }
}
