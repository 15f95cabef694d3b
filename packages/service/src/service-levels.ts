import { intentsStatus } from '@switchboard/intents';
import { type Consumer, messagingStatus } from '@switchboard/messaging';
import type { Level } from '@switchboard/observability';
import type { Database } from '@switchboard/storage';

/** What waits in a service at this moment. What the broker knows is left out while it is away. */
export async function serviceLevels(database: Database, consumer: Consumer): Promise<Level[]> {
  const messaging = await messagingStatus(database);
  const intents = await intentsStatus(database);
  const lag = await consumer.lag().catch(() => undefined);
  const level = (name: string, help: string, value: number): Level => ({
    name: `switchboard_${name}`,
    help,
    value,
  });
  return [
    level('outbox_pending', 'Events that are recorded and not published.', messaging.outboxPending),
    level(
      'outbox_oldest_age_seconds',
      'Age of the oldest event that is not published.',
      messaging.outboxOldestAgeMs / 1_000,
    ),
    level('dead_letters', 'Events that a handler gave up on.', messaging.deadLetters),
    level('intents_pending', 'Planned work that is not done.', intents.pending),
    level('intents_expired_leases', 'Planned work whose process is gone.', intents.expiredLeases),
    ...(lag
      ? [
          level('consumer_pending', 'Events on the broker that this service has not seen.', lag.pending),
          level('consumer_unacknowledged', 'Events that this service has in hand.', lag.ackPending),
          level('consumer_redelivered', 'Events in hand that came before.', lag.redelivered),
        ]
      : []),
  ];
}
