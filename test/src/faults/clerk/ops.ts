import { AppError } from '@switchboard/errors';
import { type Broker, type Consumer, messagingStatus, serveRpc } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { OpsService } from '@switchboard/proto-schemas';
import type { Database } from '@switchboard/storage';

/** Tells how far behind the clerk is; the operator's other questions are not answered. */
export async function answerOps(
  broker: Broker,
  name: string,
  database: Database,
  consumer: Consumer,
  logger: Logger,
): Promise<void> {
  const refuse = async (): Promise<never> => {
    throw new AppError('UNSUPPORTED', 'the clerk only tells its status');
  };
  await serveRpc(
    broker,
    name,
    OpsService,
    {
      status: async () => {
        const { outboxPending, deadLetters } = await messagingStatus(database);
        const { pending, ackPending } = await consumer.lag();
        return {
          service: name,
          outboxPending,
          deadLetters,
          consumerPending: pending,
          consumerAckPending: ackPending,
        };
      },
      listDeadLetters: refuse,
      replayDeadLetters: refuse,
      replayOutbox: refuse,
    },
    logger,
  );
}
