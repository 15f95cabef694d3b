import type { RevocationListener } from '../identity/auth-link.ts';
import type { Caller } from './caller.ts';

/** Keys expire without an event; nothing else has to wait for this. */
const SWEEP_MS = 60_000;

/** Everybody who listens, so that what auth takes back ends their streams at once. */
export class Callers implements RevocationListener {
  readonly #present = new Set<Caller>();
  readonly #sweep: NodeJS.Timeout;

  constructor() {
    this.#sweep = setInterval(() => void this.#checkAll(), SWEEP_MS);
    this.#sweep.unref();
  }

  add(caller: Caller): void {
    this.#present.add(caller);
  }

  remove(caller: Caller): void {
    caller.release();
    this.#present.delete(caller);
  }

  apiKeyRevoked(apiKeyId: string): void {
    for (const caller of this.#present) if (caller.actor.apiKeyId === apiKeyId) caller.end('REVOKED');
  }

  sessionRevoked(sessionId: string): void {
    for (const caller of this.#present) if (caller.actor.sessionId === sessionId) caller.end('REVOKED');
  }

  workspaceSuspended(workspaceId: string): void {
    for (const caller of this.#present) {
      if (caller.actor.workspaceId === workspaceId) caller.end('SUSPENDED');
    }
  }

  reconnected(): void {
    void this.#checkAll();
  }

  stop(): void {
    clearInterval(this.#sweep);
    for (const caller of this.#present) caller.end('STOPPING');
  }

  /** One after the other: it is no hurry, and auth has others to answer. */
  async #checkAll(): Promise<void> {
    for (const caller of this.#present) {
      caller.distrust();
      await caller.check();
    }
  }
}
