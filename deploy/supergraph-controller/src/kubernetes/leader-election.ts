import { setTimeout as delay } from 'node:timers/promises';
import { type V1Lease, V1MicroTime } from '@kubernetes/client-node';
import type { Logger } from '@switchboard/observability';
import { type Cluster, statusOf, unlessMissing, wordsOf } from './cluster.ts';

export interface LeaderElectionOptions {
  readonly cluster: Cluster;
  readonly leaseName: string;
  /** This replica. */
  readonly identity: string;
  /** How long a silent leader keeps the lead; whole seconds, as Leases count. */
  readonly leaseS: number;
  readonly onChange: (isLeader: boolean) => void;
  readonly logger: Logger;
}

/** How often a lease is renewed or asked for, and how long one relies on it, as parts of its duration. */
const RENEW_PART = 0.2;
const RELY_PART = 0.7;

/**
 * One leader among replicas, by a Lease (coordination.k8s.io/v1) as client-go elects: who holds it renews it; the
 * others take it when it was not renewed for its duration, by their own clocks since they saw the last renewal, so that
 * clocks need not agree. The leader stops relying on it earlier than they start doubting it.
 */
export class LeaderElection {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #reliedUntil = 0;
  #wasLeader = false;
  #seen: { readonly version: string | undefined; readonly at: number } | undefined;

  constructor(private readonly options: LeaderElectionOptions) {}

  /** Whether this replica leads right now. Asked before every write. */
  get isLeader(): boolean {
    return performance.now() < this.#reliedUntil;
  }

  start(): void {
    this.#running ??= this.#take();
  }

  /** Stops, and gives the lead back so that another replica need not wait. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    if (!this.isLeader) return;
    this.#reliedUntil = 0;
    await this.#release().catch((thrown) =>
      this.options.logger.warn({ reason: wordsOf(thrown) }, 'lease not given back'),
    );
  }

  async #take(): Promise<void> {
    const { signal } = this.#stopping;
    const { leaseS, logger } = this.options;
    while (!signal.aborted) {
      const begin = performance.now();
      try {
        if (await this.#holdOrTake()) this.#reliedUntil = begin + leaseS * 1_000 * RELY_PART;
        else this.#reliedUntil = 0;
      } catch (thrown) {
        logger.warn({ reason: wordsOf(thrown) }, 'lease not renewed');
      }
      this.#tell();
      const wait = leaseS * 1_000 * RENEW_PART * (0.9 + Math.random() / 5);
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }

  #tell(): void {
    const { isLeader } = this;
    if (isLeader === this.#wasLeader) return;
    this.#wasLeader = isLeader;
    this.options.logger.info({ identity: this.options.identity }, isLeader ? 'leading' : 'no longer leading');
    this.options.onChange(isLeader);
  }

  async #holdOrTake(): Promise<boolean> {
    const { cluster, leaseName, identity, leaseS } = this.options;
    const { coordination, namespace } = cluster;
    const lease = await unlessMissing(coordination.readNamespacedLease({ name: leaseName, namespace }));
    if (lease && this.#isHeldByOther(lease)) return false;
    const now = new V1MicroTime();
    const isMine = lease?.spec?.holderIdentity === identity;
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: leaseS,
      acquireTime: isMine && lease.spec?.acquireTime ? lease.spec.acquireTime : now,
      renewTime: now,
      leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (lease && !isMine ? 1 : 0),
    };
    try {
      if (lease) {
        const body = { ...lease, spec };
        await coordination.replaceNamespacedLease({ name: leaseName, namespace, body });
      } else {
        await coordination.createNamespacedLease({
          namespace,
          body: { metadata: { name: leaseName }, spec },
        });
      }
      return true;
    } catch (thrown) {
      // Another replica was quicker.
      if (statusOf(thrown) === 409) return false;
      throw thrown;
    }
  }

  #isHeldByOther({ metadata, spec }: V1Lease): boolean {
    const holder = spec?.holderIdentity;
    if (!holder || holder === this.options.identity) return false;
    const version = metadata?.resourceVersion;
    if (this.#seen?.version !== version || !this.#seen) this.#seen = { version, at: performance.now() };
    return performance.now() - this.#seen.at < (spec.leaseDurationSeconds ?? this.options.leaseS) * 1_000;
  }

  async #release(): Promise<void> {
    const { cluster, leaseName: name, identity } = this.options;
    const { coordination, namespace } = cluster;
    const lease = await unlessMissing(coordination.readNamespacedLease({ name, namespace }));
    if (lease?.spec?.holderIdentity !== identity) return;
    const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: new V1MicroTime() };
    await coordination.replaceNamespacedLease({ name, namespace, body: { ...lease, spec } });
  }
}
