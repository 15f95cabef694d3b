import type { Dispatcher } from 'undici';

const ANSWER_BYTES_MAX = 8 * 1_024 * 1_024;

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** How one try ended without a reply. */
export class NoReply extends Error {
  override readonly name = 'NoReply';

  constructor(
    message: string,
    /** Whether the subgraph had begun to answer. */
    readonly hasBegun: boolean,
    cause?: unknown,
  ) {
    super(message, { cause });
  }

  /** The network's or the client's own word for it, such as `ECONNREFUSED`. */
  get code(): string {
    return String((this.cause as NodeJS.ErrnoException | undefined)?.code);
  }
}

/**
 * Collects one reply as it comes in, in time and within bounds. Made for many small answers: no streams, no signals.
 */
export class ReplyCollector implements Dispatcher.DispatchHandler {
  readonly reply: Promise<Reply>;
  #resolve!: (reply: Reply) => void;
  #reject!: (error: NoReply) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #status: number | undefined;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(timeoutMs: number) {
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = setTimeout(() => this.#giveUp(`no answer within ${timeoutMs} ms`), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It waited for a connection for too long.
    if (this.#isOver) controller.abort(new Error('given up'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > ANSWER_BYTES_MAX) this.#giveUp(`answer exceeds ${ANSWER_BYTES_MAX} bytes`);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#end()) return;
    const [only] = this.#chunks;
    const bytes = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status ?? 0, text: bytes.toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#end()) this.#reject(new NoReply(error.message, this.#status !== undefined, error));
  }

  #giveUp(message: string): void {
    if (!this.#end()) return;
    this.#reject(new NoReply(message, this.#status !== undefined));
    this.#controller?.abort(new Error(message));
  }

  /** @returns false when it was over already. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    return true;
  }
}
