import { setTimeout as pause } from 'node:timers/promises';
import { Broker, type ProvisionOptions, provisionBroker } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';

const RETRY_MS = 2_000;

/** What to reach, and how patiently. */
export interface ProvisionTarget {
  readonly url: string;
  readonly password: string;
  readonly patienceMs: number;
  readonly logger: Logger;
  readonly retryMs?: number;
}

/**
 * Makes or updates what the services need on the broker, waiting for one that is not up yet: a cluster takes a while
 * to agree on a leader. Safe to run again.
 * @throws Error with the last reason when `patienceMs` are over.
 */
export async function provisionStreams(
  { url, password, patienceMs, logger, retryMs = RETRY_MS }: ProvisionTarget,
  options: ProvisionOptions,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  const connecting = Broker.connect({ url, user: 'provisioner', password, logger });
  let reason = 'no broker lets the user provisioner in';
  const work = async (): Promise<void> => {
    const broker = await connecting;
    try {
      for (;;) {
        try {
          return await provisionBroker(broker, options);
        } catch (thrown) {
          reason = thrown instanceof Error ? thrown.message : String(thrown);
          if (Date.now() + retryMs > deadline) throw thrown;
          logger.warn({ reason }, 'the broker is not ready for it, trying again');
          await pause(retryMs);
        }
      }
    } finally {
      await broker.close();
    }
  };
  const late = pause(patienceMs, undefined, { ref: false }).then(() => {
    throw new Error('late');
  });
  await Promise.race([work(), late]).catch(() => {
    throw new Error(`the broker at ${url} could not be set up within ${patienceMs / 1_000} s: ${reason}`);
  });
}
