import { defineLevel } from '@switchboard/observability';
import type { StreamedEvent } from './streamed-event.ts';

/** Somebody who waits for events of one workspace. */
export interface Subscriber {
  readonly workspaceId: string;
  /** Full names of events; undefined for all. */
  readonly types: ReadonlySet<string> | undefined;
  offer(event: StreamedEvent): void;
  /** Events were lost before they came here. */
  missed(): void;
}

/** Stands for subscribers to every type. */
const ALL = '*';

const showOpen = defineLevel('switchboard_gateway_subscriptions', 'Subscriptions that are open.');

/** Hands each event to those who wait for it, by workspace and type. */
export class EventHub {
  readonly #byWorkspace = new Map<string, Map<string, Set<Subscriber>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns a function that takes the subscriber out again. */
  add(subscriber: Subscriber): () => void {
    const names = subscriber.types ?? [ALL];
    const byType = this.#byWorkspace.get(subscriber.workspaceId) ?? new Map<string, Set<Subscriber>>();
    this.#byWorkspace.set(subscriber.workspaceId, byType);
    for (const name of names) {
      const waiting = byType.get(name) ?? new Set();
      byType.set(name, waiting.add(subscriber));
    }
    this.#size += 1;
    showOpen(this.#size);
    return () => this.#remove(subscriber, names);
  }

  /** Events of workspaces and types that nobody waits for are not looked into. */
  dispatch(event: StreamedEvent): void {
    const byType = this.#byWorkspace.get(event.workspaceId);
    if (!byType) return;
    for (const name of [event.type, ALL]) {
      for (const subscriber of byType.get(name) ?? []) subscriber.offer(event);
    }
  }

  /** Tells everybody that events are lost. */
  gap(): void {
    const everybody = new Set(
      [...this.#byWorkspace.values()].flatMap((byType) => [...byType.values()].flatMap((set) => [...set])),
    );
    for (const subscriber of everybody) subscriber.missed();
  }

  #remove(subscriber: Subscriber, names: Iterable<string>): void {
    const byType = this.#byWorkspace.get(subscriber.workspaceId);
    let wasThere = false;
    for (const name of names) {
      const waiting = byType?.get(name);
      wasThere = waiting?.delete(subscriber) || wasThere;
      if (waiting?.size === 0) byType?.delete(name);
    }
    if (byType?.size === 0) this.#byWorkspace.delete(subscriber.workspaceId);
    if (wasThere) this.#size -= 1;
    showOpen(this.#size);
  }
}
