import type { V1Service } from '@kubernetes/client-node';
import type { Logger } from '@switchboard/observability';
import { type Cluster, statusOf, unlessMissing, wordsOf } from '../kubernetes/cluster.ts';
import type { ObjectNames } from '../names.ts';
import type { GatheredSubgraph } from '../subgraphs/gather-sdl.ts';
import type { Reconciled } from './reconciler.ts';

const COMPONENT = 'switchboard-supergraph-controller';
/** The API refuses longer messages. */
const MESSAGE_LENGTH_MAX = 1_024;

interface ServiceEvent {
  readonly service: V1Service;
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'SupergraphPublished' | 'SupergraphRefused' | 'SupergraphWaiting';
  readonly message: string;
}

/**
 * Tells operators: Events on the Services concerned, the whole story in the status ConfigMap, and a line in the log.
 * Each story is told once.
 */
export class Reporter {
  readonly #told = new Map<string, string>();
  #status: string | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly names: ObjectNames,
    private readonly identity: string,
    private readonly logger: Logger,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Failing to tell is no failure of what is told about; it is logged, and tried again with the next look. */
  async report(reconciled: Reconciled): Promise<void> {
    try {
      for (const event of eventsOf(reconciled)) await this.#tellService(event);
      await this.#writeStatus(reconciled);
    } catch (thrown) {
      this.logger.warn({ reason: wordsOf(thrown) }, 'supergraph: outcome not told');
    }
  }

  /** Another replica told the story meanwhile. */
  forget(): void {
    this.#told.clear();
    this.#status = undefined;
  }

  async #tellService({ service, type, reason, message }: ServiceEvent): Promise<void> {
    const name = service.metadata?.name ?? '';
    const story = `${reason} ${message}`;
    if (this.#told.get(name) === story) return;
    const { namespace, core } = this.cluster;
    const at = this.now();
    await core.createNamespacedEvent({
      namespace,
      body: {
        metadata: { generateName: `${name}.`, namespace },
        involvedObject: {
          apiVersion: 'v1',
          kind: 'Service',
          name,
          namespace,
          ...(service.metadata?.uid && { uid: service.metadata.uid }),
        },
        type,
        reason,
        message: cut(message),
        source: { component: COMPONENT },
        reportingComponent: COMPONENT,
        reportingInstance: this.identity,
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
      },
    });
    this.#told.set(name, story);
  }

  async #writeStatus({ outcome, gathered }: Reconciled): Promise<void> {
    // Publishing and having published is one state to whoever reads it later.
    const state = outcome.state === 'published' ? 'current' : outcome.state;
    const subgraphs = gathered.map(({ subgraph, waitsFor }) => ({
      name: subgraph.name,
      pods: subgraph.endpoints.length,
      ...(waitsFor !== undefined && { waitsFor }),
    }));
    const status = JSON.stringify({ ...outcome, state, subgraphs }, undefined, 2);
    const summary = JSON.stringify({ state, reasons: outcome.reasons, version: outcome.version, subgraphs });
    if (summary === this.#status) return;
    this.logger[state === 'current' ? 'info' : 'warn'](
      { state: outcome.state, version: outcome.version, reasons: outcome.reasons },
      'supergraph',
    );
    const { namespace, core } = this.cluster;
    const name = this.names.status;
    const known = await unlessMissing(core.readNamespacedConfigMap({ namespace, name }));
    const metadata = { ...known?.metadata, name };
    const data = {
      state,
      reasons: outcome.reasons.join('\n'),
      'status.json': status,
      at: this.now().toISOString(),
    };
    try {
      if (known) await core.replaceNamespacedConfigMap({ namespace, name, body: { metadata, data } });
      else await core.createNamespacedConfigMap({ namespace, body: { metadata, data } });
    } catch (thrown) {
      if (statusOf(thrown) !== 409) throw thrown;
      return;
    }
    this.#status = summary;
  }
}

/** A subgraph that waits hears why; what was published or refused is told to those that changed. */
function eventsOf({ outcome, gathered, changed }: Reconciled): ServiceEvent[] {
  const waiting = gathered.flatMap(({ subgraph, waitsFor }): ServiceEvent[] =>
    waitsFor === undefined
      ? []
      : [
          {
            service: subgraph.service,
            type: 'Normal',
            reason: 'SupergraphWaiting',
            message: `The supergraph keeps what it has of ${subgraph.name}; it waits for ${waitsFor}.`,
          },
        ],
  );
  const settled = gathered.filter(({ waitsFor }) => waitsFor === undefined);
  const concerned = settled.filter(({ subgraph }) => changed.includes(subgraph.name));
  const tell = (
    those: readonly GatheredSubgraph[],
    event: Pick<ServiceEvent, 'type' | 'reason' | 'message'>,
  ) => those.map(({ subgraph }): ServiceEvent => ({ ...event, service: subgraph.service }));
  if (outcome.state === 'published') {
    const message = `Version ${outcome.version} of the supergraph serves this schema.`;
    return [...waiting, ...tell(concerned, { type: 'Normal', reason: 'SupergraphPublished', message })];
  }
  if (outcome.state === 'refused' || (outcome.state === 'waiting' && outcome.candidateHash !== undefined)) {
    const served =
      outcome.version === undefined ? 'Nothing is served yet' : `Version ${outcome.version} stays`;
    const message = `${served}: ${outcome.reasons.join(' | ')}`;
    const those = concerned.length > 0 ? concerned : settled;
    const reason = outcome.state === 'refused' ? 'SupergraphRefused' : 'SupergraphWaiting';
    return [...waiting, ...tell(those, { type: 'Warning', reason, message })];
  }
  return waiting;
}

function cut(message: string): string {
  return message.length <= MESSAGE_LENGTH_MAX ? message : `${message.slice(0, MESSAGE_LENGTH_MAX - 2)} …`;
}
