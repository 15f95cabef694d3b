import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AppError } from '@switchboard/errors';
import { intentsStatus } from '@switchboard/intents';
import {
  type Consumer,
  type Handler,
  listDeadLetters,
  messagingStatus,
  type Relay,
  replayDeadLetters,
  replayOutbox,
  type UnitOfWork,
} from '@switchboard/messaging';
import { OpsService } from '@switchboard/proto-schemas';
import { type Answers, answers } from './definition.ts';

const LIMIT = 1_000;

/** What every service answers to the operator's commands, and to nobody else. */
export function opsAnswers(
  unitOfWork: UnitOfWork,
  consumer: Consumer,
  relay: Relay,
  handlers: readonly Handler[],
): Answers {
  const { database, source } = unitOfWork;
  return answers(OpsService, {
    status: async (_request, { asker }) => {
      allow(asker);
      const [messaging, intents, lag] = [
        await messagingStatus(database),
        await intentsStatus(database),
        await consumer.lag(),
      ];
      return {
        service: source,
        outboxPending: messaging.outboxPending,
        outboxOldestAgeMs: BigInt(Math.round(messaging.outboxOldestAgeMs)),
        outboxExpiredLeases: messaging.outboxExpiredLeases,
        deadLetters: messaging.deadLetters,
        intentsPending: intents.pending,
        intentsExpiredLeases: intents.expiredLeases,
        consumerPending: lag.pending,
        consumerAckPending: lag.ackPending,
        consumerRedelivered: lag.redelivered,
      };
    },
    listDeadLetters: async ({ limit }, { asker }) => {
      allow(asker);
      const letters = await listDeadLetters(database, limit || LIMIT);
      return {
        items: letters.map((letter) => ({
          eventId: letter.eventId,
          eventType: letter.type,
          handler: letter.handler,
          code: letter.code,
          reason: letter.reason,
          failedAt: timestampFromDate(letter.failedAt),
          attempts: letter.attempts,
        })),
      };
    },
    replayDeadLetters: async ({ ids, eventType, limit }, { asker }) => {
      allow(asker);
      return {
        replayed: await replayDeadLetters(unitOfWork, handlers, {
          ids,
          type: eventType,
          limit: limit || LIMIT,
        }),
      };
    },
    replayOutbox: async ({ since, eventType, limit }, { asker }) => {
      allow(asker);
      const wanted = {
        since: since ? timestampDate(since) : new Date(0),
        type: eventType,
        limit: limit || LIMIT,
      };
      const replayed = await replayOutbox(database, wanted);
      relay.wake();
      return { replayed };
    },
  });
}

function allow(asker: string): void {
  if (asker !== 'ops') throw new AppError('FORBIDDEN', `${asker} asked an operator's question`);
}
