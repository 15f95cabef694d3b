import { type RecordedOperation, readOperation } from '@switchboard/composition/operations';
import { AppError } from '@switchboard/errors';
import { Broker, readOperationsSeen } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';

export interface OperationsSourceOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly logger: Logger;
}

/** What clients sent in the last 30 days, as gateways told the broker. */
export class OperationsSource {
  #broker: Broker | undefined;
  #isClosed = false;

  /** Starts connecting and returns at once: without a broker, what takes nothing away is still published. */
  constructor(options: OperationsSourceOptions) {
    void Broker.connect(options).then(
      (broker) => {
        this.#broker = broker;
        if (this.#isClosed) void broker.close();
      },
      (err: unknown) => options.logger.error({ err }, 'broker: not connected'),
    );
  }

  /** @throws AppError UNAVAILABLE when the broker is away. */
  async read(): Promise<readonly RecordedOperation[]> {
    try {
      if (!this.#broker) throw new Error('no link to the broker yet');
      const records = await readOperationsSeen(this.#broker);
      return records.flatMap((record) => readOperation(record) ?? []);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('UNAVAILABLE', why, { cause });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#broker?.close();
  }
}
