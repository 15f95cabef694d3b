import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { AppError } from '@switchboard/errors';
import type { Logger } from '@switchboard/observability';
import type { EndReason } from './ended.ts';
import { shownError } from './stream-errors.ts';
import type { Subscription, Told } from './subscription.ts';

/** A client that does not read cannot read the reason either. */
const CLOSING_MS = 5_000;

/**
 * Writes one subscription as server-sent events: GraphQL over SSE, "distinct connections" mode
 * (github.com/enisdenjo/graphql-sse, PROTOCOL.md). Resolves when the connection is over.
 */
export class EventStream {
  #reason: EndReason | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly parts: { readonly pingMs: number; readonly logger: Logger },
  ) {}

  /** For the subscription: it ends before the client wanted it to. */
  ended(reason: EndReason): void {
    this.#reason = reason;
    const cut = setTimeout(() => this.response.destroy(), CLOSING_MS);
    cut.unref();
    this.response.once('close', () => clearTimeout(cut));
  }

  async write(subscription: Subscription, headers: Readonly<Record<string, unknown>>): Promise<void> {
    const { response } = this;
    response.once('close', () => void subscription.return());
    response.on('error', (err) => this.parts.logger.info({ err }, 'subscriber: stream error'));
    response.writeHead(200, {
      ...(headers as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Buffering proxies (nginx) would hold events back.
      'x-accel-buffering': 'no',
    });
    response.write(':\n\n');
    const ping = setInterval(() => response.write(':\n\n'), this.parts.pingMs);
    try {
      for await (const told of subscription) await this.#send('next', told);
      await this.#send('complete');
    } catch (thrown) {
      await this.#fail(thrown);
    } finally {
      clearInterval(ping);
      response.end();
    }
  }

  /** The reason, as the last value. Whoever is to connect again gets no `complete`, which would mean the end. */
  async #fail(thrown: unknown): Promise<void> {
    if (this.#reason === 'STOPPING') return;
    await this.#send('next', { errors: [shownError(thrown, this.parts.logger)] });
    await this.#send('complete');
  }

  async #send(event: 'next' | 'complete', told?: Told): Promise<void> {
    const { response } = this;
    if (response.destroyed) return;
    const isTaken = response.write(`event: ${event}\ndata: ${told ? JSON.stringify(told) : ''}\n\n`);
    if (!isTaken) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
}

/** No more connections for this caller or address. */
export function tooManyConnections(): AppError {
  return new AppError('RATE_LIMITED', 'Too many streams', {
    publicMessage: 'Too many streams are open.',
    retryAfterMs: 5_000,
  });
}
