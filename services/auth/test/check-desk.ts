import { AppError } from '@switchboard/errors';
import { type Broker, serveRpc } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { ConnectionsService } from '@switchboard/proto-schemas';

/** Stands in for the service that tries connections at their vendor. */
export class CheckDesk {
  /** What is answered, by connection; those that are not named are accepted. */
  readonly outcomes = new Map<string, string | AppError | Promise<string>>();
  readonly #asked: string[] = [];
  #leave: () => Promise<void> = async () => {};

  private constructor(
    private readonly broker: Broker,
    private readonly owner: string,
  ) {}

  /** @param broker connected as the owner. */
  static async open(broker: Broker, owner: string): Promise<CheckDesk> {
    const desk = new CheckDesk(broker, owner);
    await desk.come();
    return desk;
  }

  /** Answers from now on. */
  async come(): Promise<void> {
    const logger = createLogger('check-desk', { level: 'silent' });
    const check = async ({ connectionId }: { connectionId: string }) => {
      this.#asked.push(connectionId);
      const outcome = (await this.outcomes.get(connectionId)) ?? '';
      if (outcome instanceof AppError) throw outcome;
      return { errorCode: outcome };
    };
    this.#leave = await serveRpc(this.broker, this.owner, ConnectionsService, { check }, logger);
  }

  /** Answers nobody any more. */
  leave(): Promise<void> {
    return this.#leave();
  }

  /** How often it was asked of a connection. */
  asked(connectionId: string): number {
    return this.#asked.filter((id) => id === connectionId).length;
  }
}
