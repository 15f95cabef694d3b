import type { FollowListener } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import {
  ApiKeyRevokedSchema,
  SessionRevokedSchema,
  WorkspaceSuspendedSchema,
} from '@switchboard/proto-schemas/evt/auth';
import type { FastifyInstance } from 'fastify';
import type { EntityCache } from '../cache/entity-cache.ts';
import type { SubgraphClients } from '../graph/subgraph-clients.ts';
import type { RevocationListener } from '../identity/auth-link.ts';
import type { OperationsSeen } from '../operations-seen/operations-seen.ts';
import type { PersistedOperations } from '../persisted/persisted-operations.ts';
import type { CurrentGraph } from '../reload/current-graph.ts';
import { addSubscriptionRoutes } from './add-subscriptions.ts';
import type { Reception } from './caller.ts';
import { Callers } from './callers.ts';
import { ConnectionCount, type ConnectionLimits } from './connection-limits.ts';
import { EventHub } from './event-hub.ts';
import { fetchThroughGraph } from './fetch-node.ts';
import type { ReadEvents } from './resume.ts';
import { StreamedEvent } from './streamed-event.ts';
import { Subscribing } from './subscribe.ts';
import { WebSocketDoor } from './websocket.ts';

/** What one process may be asked to hold. */
export interface SubscriptionLimits extends ConnectionLimits {
  readonly subscriptionsPerConnection: number;
  /** Events that may wait for one subscription, and their bytes. */
  readonly waitingEvents: number;
  readonly waitingBytes: number;
  readonly pingMs: number;
}

/** What holds where nothing else is configured. */
export const SUBSCRIPTION_LIMITS: SubscriptionLimits = {
  total: 10_000,
  perAddress: 1_000,
  perCaller: 200,
  subscriptionsPerConnection: 50,
  waitingEvents: 256,
  waitingBytes: 512 * 1_024,
  pingMs: 12_000,
};

export interface SubscriptionsParts extends Reception {
  readonly graphs: CurrentGraph;
  readonly readEvents: ReadEvents;
  readonly persisted: PersistedOperations;
  readonly operationsSeen: OperationsSeen;
  readonly limits: SubscriptionLimits;
  readonly messageBytesMax: number;
  readonly publicUrl: string;
  readonly logger: Logger;
}

/** Everything about subscriptions in one process: one flow of events in, many streams out. */
export class Subscriptions {
  readonly #hub = new EventHub();
  readonly #door: WebSocketDoor;
  /** To be told what auth takes back. */
  readonly callers = new Callers();

  constructor(app: FastifyInstance, parts: SubscriptionsParts) {
    const { limits, logger, authenticator, charges } = parts;
    const connections = new ConnectionCount(limits);
    const subscribing = new Subscribing({
      graph: () => parts.graphs.now.subscriptions,
      hub: this.#hub,
      limits: { events: limits.waitingEvents, bytes: limits.waitingBytes },
      fetchNode: fetchThroughGraph(parts.graphs),
      readEvents: parts.readEvents,
      persisted: parts.persisted,
      operationsSeen: parts.operationsSeen,
    });
    const shared = {
      authenticator,
      charges,
      callers: this.callers,
      connections,
      subscribing,
      pingMs: limits.pingMs,
      logger,
    };
    this.#door = new WebSocketDoor({
      ...shared,
      subscriptionsMax: limits.subscriptionsPerConnection,
      messageBytesMax: parts.messageBytesMax,
    });
    addSubscriptionRoutes(app, { ...shared, door: this.#door, publicUrl: parts.publicUrl });
  }

  /** Those that are open right now. */
  get count(): number {
    return this.#hub.size;
  }

  /**
   * What to do with the flow of events.
   * @param revocations told what auth took back: these events come again after a broken link, which plain ones do not.
   * @param entities told what changed.
   * @param clients told where something changed.
   */
  listener(
    revocations: RevocationListener,
    entities: EntityCache,
    clients: Pick<SubgraphClients, 'changed'>,
  ): FollowListener {
    return {
      event: (placed) => {
        const event = new StreamedEvent(placed);
        announce(event, revocations);
        // Before anybody asks what the event changed.
        entities.event(event);
        clients.changed(event.workspaceId);
        this.#hub.dispatch(event);
      },
      gap: () => this.#hub.gap(),
      following: () => entities.open(),
      interrupted: () => entities.close(),
    };
  }

  /** Ends every stream so that its client goes elsewhere. */
  async close(): Promise<void> {
    this.callers.stop();
    await this.#door.close();
  }
}

function announce({ type, payload }: StreamedEvent, revocations: RevocationListener): void {
  if (type === ApiKeyRevokedSchema.typeName) revocations.apiKeyRevoked(String(payload.apiKeyId));
  if (type === SessionRevokedSchema.typeName) revocations.sessionRevoked(String(payload.sessionId));
  if (type === WorkspaceSuspendedSchema.typeName) revocations.workspaceSuspended(String(payload.workspaceId));
}
