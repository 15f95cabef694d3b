import { readSupergraph } from '@switchboard/composition';
import {
  brokenLines,
  type CheckedSupergraph,
  type Composition,
  checkSupergraph,
  composeSupergraph,
} from '@switchboard/composition/compose';
import type { RecordedOperation } from '@switchboard/composition/operations';
import { type SubgraphSdls, type SupergraphVersion, supergraphHash } from '@switchboard/composition/store';
import { AppError } from '@switchboard/errors';
import type { GatheredSubgraph, SdlGatherer } from '../subgraphs/gather-sdl.ts';
import type { SubgraphService } from '../subgraphs/subgraph-service.ts';
import type { ConfigMapStore } from './config-map-store.ts';
import type { Outcome } from './outcome.ts';

const VERDICT_KEPT_MS = 10 * 60_000;

export interface ReconcilerParts {
  readonly gatherer: SdlGatherer;
  readonly store: ConfigMapStore;
  /** What clients sent in the last 30 days. */
  readonly readOperations: () => Promise<readonly RecordedOperation[]>;
}

/** What came of a look, and at whom to point. */
export interface Reconciled {
  readonly outcome: Outcome;
  readonly gathered: readonly GatheredSubgraph[];
  /** Subgraphs whose SDL is not the one that is served. */
  readonly changed: readonly string[];
}

/**
 * Makes the published supergraph follow the subgraphs: gather, compose, check, publish. Whatever is wrong leaves
 * what is published as it is.
 */
export class Reconciler {
  /** Composing takes a second of computing, so that its result is kept as long as nothing changes. */
  #composed: { readonly key: string; readonly composition: Composition } | undefined;
  #checked: { readonly key: string; readonly at: number; readonly result: CheckedSupergraph } | undefined;

  constructor(private readonly parts: ReconcilerParts) {}

  /** @throws AppError or ApiException when the cluster cannot be asked, or CONFLICT when somebody else wrote. */
  async reconcile(subgraphs: readonly SubgraphService[]): Promise<Reconciled> {
    const { store, gatherer } = this.parts;
    let current = await store.current();
    const served = (await store.currentSubgraphs()) ?? {};
    gatherer.remember(served);
    const gathered = await gatherer.gather(subgraphs);
    const changed = gathered
      .filter(({ subgraph, sdl }) => sdl !== undefined && served[subgraph.name] !== sdl)
      .map(({ subgraph }) => subgraph.name);
    const told = (outcome: Outcome): Reconciled => ({
      gathered,
      changed,
      outcome: { ...(current && { version: current.version, hash: current.hash }), ...outcome },
    });

    const { rollbackTo } = store.wishes;
    if (rollbackTo !== undefined) {
      try {
        current = await store.rollback(rollbackTo);
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.code !== 'NOT_FOUND') throw thrown;
        await store.forgetRollback();
        return told({ state: 'refused', reasons: [`cannot go back: ${thrown.message}`] });
      }
    }

    const wait = whyWait(gathered, current);
    if (wait) return told({ state: 'waiting', reasons: wait });
    const sdls = Object.fromEntries(
      gathered.flatMap(({ subgraph, sdl }) => (sdl === undefined ? [] : [[subgraph.name, sdl]])),
    );
    const composition = this.#compose(gathered, sdls);
    if (!composition.ok) return told({ state: 'refused', reasons: composition.faults });
    return told(await this.#publish(composition.supergraphSdl, sdls, current));
  }

  async #publish(
    candidate: string,
    subgraphs: SubgraphSdls,
    current: SupergraphVersion | undefined,
  ): Promise<Outcome> {
    const { store } = this.parts;
    const candidateHash = supergraphHash(candidate);
    if (candidateHash === current?.hash) return { state: 'current', reasons: [] };
    const { heldHash, acceptBreaking } = store.wishes;
    if (candidateHash === heldHash) {
      return {
        state: 'held',
        candidateHash,
        reasons: [`an operator went back to version ${current?.version}; waiting for a subgraph to change`],
      };
    }
    let checked: CheckedSupergraph;
    try {
      checked = await this.#check(candidate, candidateHash, current);
    } catch (thrown) {
      const { message } = AppError.from(thrown);
      const reasons = [`something is taken away, and what clients send cannot be read: ${message}`];
      return { state: 'waiting', candidateHash, reasons };
    }
    const { changes, broken } = checked;
    if (broken.length > 0 && acceptBreaking !== candidateHash) {
      return { state: 'refused', candidateHash, changes, broken, reasons: brokenLines(broken) };
    }
    try {
      const { version, hash } = await store.publish({ sdl: candidate, subgraphs });
      return { state: 'published', version, hash, changes, broken, reasons: [] };
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'REJECTED') throw thrown;
      return { state: 'refused', candidateHash, changes, reasons: [thrown.message] };
    }
  }

  #compose(gathered: readonly GatheredSubgraph[], sdls: SubgraphSdls): Composition {
    const names = gathered.map(({ subgraph }) => subgraph.name);
    const twin = names.find((name, index) => names.indexOf(name) !== index);
    if (twin) return { ok: false, faults: [`two Services call themselves the subgraph ${twin}`] };
    const key = supergraphHash(JSON.stringify(sdls));
    if (this.#composed?.key !== key) {
      const documents = Object.entries(sdls).map(([name, sdl]) => ({ name, sdl }));
      this.#composed = { key, composition: composeSupergraph(documents) };
    }
    return this.#composed.composition;
  }

  /** A verdict is kept for a while: what clients send changes slowly. */
  async #check(
    candidate: string,
    candidateHash: string,
    current: SupergraphVersion | undefined,
  ): Promise<CheckedSupergraph> {
    const key = `${current?.hash} ${candidateHash}`;
    const known = this.#checked;
    if (known?.key === key && performance.now() - known.at < VERDICT_KEPT_MS) return known.result;
    const result = await checkSupergraph(candidate, current?.sdl, this.parts.readOperations);
    this.#checked = { key, at: performance.now(), result };
    return result;
  }
}

/**
 * Nothing is composed while a subgraph that belongs to the graph is unknown: it would be left out. One that is new to
 * a graph that is served already is left out until it answers.
 */
function whyWait(
  gathered: readonly GatheredSubgraph[],
  current: SupergraphVersion | undefined,
): readonly string[] | undefined {
  if (gathered.length === 0) return ['no Service carries the label of a subgraph'];
  const served = current && new Set(readSupergraph(current.sdl).subgraphs);
  const unknown = gathered.filter(
    ({ subgraph, sdl }) => sdl === undefined && (served?.has(subgraph.name) ?? true),
  );
  if (unknown.length > 0) return waits(unknown);
  return gathered.every(({ sdl }) => sdl === undefined) ? waits(gathered) : undefined;
}

function waits(gathered: readonly GatheredSubgraph[]): string[] {
  return gathered.map(({ subgraph, waitsFor }) => `${subgraph.name} waits for ${waitsFor}`);
}
