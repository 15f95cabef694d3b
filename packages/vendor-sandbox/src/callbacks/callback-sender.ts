import { randomUUID } from 'node:crypto';
import { Ring } from '../bounded.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import type { Timers } from '../timers.ts';
import type { VendorName } from '../vendor.ts';
import { spoil } from './spoil.ts';

/** A signature and the headers it travels in. Made anew for each attempt, as it often carries the time. */
export interface Signed {
  readonly headers: Record<string, string>;
  /** Which of the headers holds the signature. */
  readonly signatureHeader: string;
}

/** A callback that a vendor wants to send. */
export interface Callback {
  readonly vendor: VendorName;
  readonly account: string;
  /** The vendor's name for what happened. */
  readonly kind: string;
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  sign(body: string): Signed;
  /** Called once, with the last answer; null if the address could not be reached. */
  onEnd?(answer: { status: number; body: string } | null): void;
}

/** One attempt to deliver. `status` is null when there was no answer. */
export interface Attempt {
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
}

/** A callback as the control API shows it. */
export interface CallbackRecord {
  readonly id: string;
  readonly vendor: VendorName;
  readonly account: string;
  readonly kind: string;
  readonly at: string;
  readonly url: string;
  headers: Record<string, string>;
  readonly body: string;
  readonly duplicate: boolean;
  readonly badSignature: boolean;
  state: 'PENDING' | 'DELIVERED' | 'FAILED';
  /** Status of the last answer. */
  status: number | null;
  readonly attempts: Attempt[];
}

const CALLBACKS_MAX = 5_000;
const ANSWER_TIMEOUT_MS = 10_000;
const SHUFFLE_WINDOW_MS = 150;

/**
 * Sends callbacks in the background: the vendor's answer never waits for them. An answer of 5xx or 429, or none,
 * is tried again after each of the given pauses; then the callback has failed.
 */
export class CallbackSender {
  readonly #log = new Ring<CallbackRecord>(CALLBACKS_MAX);
  readonly #faults: FaultBook;
  readonly #timers: Timers;
  readonly #pausesMs: readonly number[];
  #held: (() => Promise<void>)[] = [];

  constructor(dependencies: { faults: FaultBook; timers: Timers; pausesMs: readonly number[] }) {
    this.#faults = dependencies.faults;
    this.#timers = dependencies.timers;
    this.#pausesMs = dependencies.pausesMs;
  }

  send(callback: Callback): void {
    const fault = this.#faults.takeForCallback(callback.vendor);
    for (let copy = 0; copy <= fault.copies; copy += 1) {
      const record = this.#record(callback, { duplicate: copy > 0, badSignature: fault.badSignature });
      const deliver = () => this.#attempt(callback, record);
      if (fault.shuffle) this.#hold(deliver);
      else void deliver();
    }
  }

  /** Newest first. */
  list(filter: { vendor?: string | undefined; limit?: number | undefined }): CallbackRecord[] {
    const records = this.#log.newestFirst();
    const wanted = filter.vendor ? records.filter((record) => record.vendor === filter.vendor) : records;
    return wanted.slice(0, filter.limit ?? CALLBACKS_MAX);
  }

  clear(): void {
    this.#log.clear();
    this.#held = [];
  }

  #record(callback: Callback, marks: { duplicate: boolean; badSignature: boolean }): CallbackRecord {
    const { vendor, account, kind, url, body } = callback;
    const record: CallbackRecord = {
      id: randomUUID(),
      vendor,
      account,
      kind,
      at: new Date().toISOString(),
      url,
      headers: {},
      body,
      ...marks,
      state: 'PENDING',
      status: null,
      attempts: [],
    };
    this.#log.push(record);
    return record;
  }

  #hold(deliver: () => Promise<void>): void {
    this.#held.push(deliver);
    if (this.#held.length > 1) return;
    this.#timers.after(SHUFFLE_WINDOW_MS, () => void this.#releaseReversed());
  }

  async #releaseReversed(): Promise<void> {
    const held = this.#held.reverse();
    this.#held = [];
    // One after the other, because sent together they could arrive in their first order after all.
    for (const deliver of held) await deliver();
  }

  async #attempt(callback: Callback, record: CallbackRecord): Promise<void> {
    const signed = callback.sign(callback.body);
    const headers: Record<string, string> = { 'content-type': callback.contentType, ...signed.headers };
    if (record.badSignature) {
      headers[signed.signatureHeader] = spoil(headers[signed.signatureHeader] ?? '');
    }
    record.headers = headers;
    const answer = await post(callback.url, headers, callback.body);
    record.attempts.push({ at: new Date().toISOString(), status: answer.status, error: answer.error });
    record.status = answer.status;

    const isUnanswered = answer.status === null || answer.status >= 500 || answer.status === 429;
    const pauseMs = this.#pausesMs[record.attempts.length - 1];
    if (isUnanswered && pauseMs !== undefined) {
      this.#timers.after(pauseMs, () => void this.#attempt(callback, record));
      return;
    }
    record.state = answer.status !== null && answer.status < 300 ? 'DELIVERED' : 'FAILED';
    callback.onEnd?.(answer.status === null ? null : { status: answer.status, body: answer.body });
  }
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number | null; body: string; error: string | null }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return { status: response.status, body: await response.text(), error: null };
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    return { status: null, body: '', error: cause instanceof Error ? cause.message : String(cause) };
  }
}
