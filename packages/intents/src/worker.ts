import { randomUUID } from 'node:crypto';
import { AppError, FAILURES } from '@switchboard/errors';
import { failpoint } from '@switchboard/failpoints';
import { Loop, type UnitOfWork } from '@switchboard/messaging';
import { defineTiming, inSpan, type Logger, resumeTrace, withTrace } from '@switchboard/observability';
import { SYSTEM } from '@switchboard/storage';
import type { AnyIntent } from './intent.ts';
import { endIntent, type LeasedIntent, postponeIntent, takeLeases } from './leases.ts';

const SWEEP_MS = 1_000;
const PARALLEL = 8;
const ATTEMPTS_MAX = 8;
const BACKOFF_BASE_MS = 1_000;
const BACKOFF_MAX_MS = 5 * 60_000;
/** How long a vendor may take. */
const CALL_TIMEOUT_MS = 5_000;

const calls = defineTiming(
  'switchboard_intent_duration_seconds',
  'How long the calls of planned work took, by kind; what is done at vendors is among it.',
  ['kind'],
);

/** Does planned work: on request at once, and as a sweeper what a crash or a failure left behind. */
export class IntentWorker {
  readonly #owner = randomUUID();
  readonly #intents: ReadonlyMap<string, AnyIntent>;
  readonly #sweeper: Loop;
  readonly #running = new Set<Promise<void>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    intents: readonly AnyIntent[],
    private readonly logger: Logger,
    private readonly options: { backoffBaseMs?: number; callTimeoutMs?: number } = {},
  ) {
    this.#intents = new Map(intents.map((intent) => [intent.kind, intent]));
    if (this.#intents.size !== intents.length) throw new Error('two intents share a kind');
    this.#sweeper = new Loop('intents', () => this.#sweep(), { idleMs: SWEEP_MS, logger });
  }

  start(): void {
    this.#sweeper.start();
  }

  /** Looks for due work soon. Call it after a commit that planned some. */
  wake(): void {
    this.#sweeper.wake();
  }

  /** Resolves when the work in hand is recorded. */
  async stop(): Promise<void> {
    await this.#sweeper.stop();
    await Promise.allSettled(this.#running);
  }

  /**
   * Runs an intent now and waits for its end, at most `waitMs`; after that it goes on by itself. A failure is on
   * the resource, not thrown.
   */
  async runNow(intentId: string, waitMs = 2_000): Promise<void> {
    const work = this.#track(
      takeLeases(this.unitOfWork.database, this.#owner, { intentId }).then(async ([leased]) => {
        if (leased) await this.#run(leased);
      }),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([work, late]);
    clearTimeout(timer);
  }

  async #sweep(): Promise<boolean> {
    const leased = await takeLeases(this.unitOfWork.database, this.#owner, { limit: PARALLEL });
    await Promise.all(leased.map((intent) => this.#track(this.#run(intent))));
    return leased.length === PARALLEL;
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((err) => this.logger.error({ err }, 'intent not recorded; its lease will run out'))
      .finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
    return tracked;
  }

  #run(leased: LeasedIntent): Promise<void> {
    return withTrace(resumeTrace(leased.trace), async () => {
      failpoint('intent.after-lease');
      const intent = this.#intents.get(leased.kind);
      if (!intent) throw new AppError('INTERNAL', `no intent of kind ${leased.kind}`);
      if (leased.interrupted && !intent.repeatable) {
        return this.#end(
          intent,
          leased,
          new AppError('OUTCOME_UNKNOWN', 'interrupted between call and record'),
        );
      }
      let outcome: unknown;
      try {
        outcome = await calls.of({ kind: leased.kind }, () => this.#act(intent, leased));
      } catch (thrown) {
        return this.#failed(intent, leased, thrown);
      }
      failpoint('intent.after-act');
      await this.unitOfWork.run(SYSTEM, async (tx) => {
        // Somebody else took over when our lease ran out; their record is the one that counts.
        if (!(await endIntent(tx, leased.id, this.#owner, 'DONE'))) return;
        await intent.settle(tx, leased.payload, outcome);
      });
      failpoint('intent.after-settle');
    });
  }

  /** The call at the vendor, as a span of the trace that planned it. */
  #act(intent: AnyIntent, leased: LeasedIntent): Promise<unknown> {
    const { id: intentId, kind, workspaceId, payload, attempts } = leased;
    const attributes = { 'switchboard.intent_id': intentId, 'switchboard.attempt': attempts };
    return inSpan(`intent ${kind}`, 'client', attributes, () =>
      intent.act(payload, {
        intentId,
        workspaceId,
        signal: AbortSignal.timeout(this.options.callTimeoutMs ?? CALL_TIMEOUT_MS),
      }),
    );
  }

  async #failed(intent: AnyIntent, leased: LeasedIntent, thrown: unknown): Promise<void> {
    const error = AppError.from(thrown);
    const fields = { err: thrown, intentId: leased.id, kind: leased.kind, attempts: leased.attempts };
    // A defect in between may have come after the vendor's effect: only what is repeatable is repeated.
    const safe = intent.repeatable || error.code !== 'INTERNAL';
    if (safe && FAILURES[error.code].settle === 'retry' && leased.attempts < ATTEMPTS_MAX) {
      this.logger.warn(fields, 'intent failed, will retry');
      const base = this.options.backoffBaseMs ?? BACKOFF_BASE_MS;
      const backoff = Math.min(BACKOFF_MAX_MS, base * 2 ** (leased.attempts - 1));
      const delayMs = error.retryAfterMs ?? backoff * (0.5 + Math.random() / 2);
      await postponeIntent(this.unitOfWork.database, leased.id, this.#owner, delayMs, error.message);
      return;
    }
    this.logger.warn(fields, 'intent failed');
    await this.#end(
      intent,
      leased,
      safe ? error : new AppError('OUTCOME_UNKNOWN', error.message, { cause: thrown }),
    );
  }

  async #end(intent: AnyIntent, leased: LeasedIntent, error: AppError): Promise<void> {
    const state = error.code === 'OUTCOME_UNKNOWN' ? 'UNKNOWN' : 'FAILED';
    await this.unitOfWork.run(SYSTEM, async (tx) => {
      if (!(await endIntent(tx, leased.id, this.#owner, state, error.message))) return;
      await intent.fail(tx, leased.payload, error);
    });
  }
}
