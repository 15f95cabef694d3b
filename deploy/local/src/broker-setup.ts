import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from './environment.ts';
import { Problem } from './problem.ts';
import type { BrokerSetup } from './runner.ts';

const PROVISION_MS = 15_000;

/** The broker's rules as `@switchboard/messaging` states them, loaded when they are needed. */
export const brokerSetup: BrokerSetup = {
  async permissions() {
    const { brokerPermissions } = await import('@switchboard/messaging');
    return brokerPermissions(SERVICES);
  },

  async provision({ url, password, streamBytesMax }) {
    const [{ Broker, provisionBroker }, { createLogger }] = await Promise.all([
      import('@switchboard/messaging'),
      import('@switchboard/observability'),
    ]);
    const logger = createLogger('provisioner', { level: 'silent' });
    const work = async () => {
      const broker = await Broker.connect({ url, user: 'provisioner', password, logger });
      const size = streamBytesMax === undefined ? {} : { maxBytes: streamBytesMax };
      await provisionBroker(broker, { services: SERVICES, ...size }).finally(() => broker.close());
    };
    const late = delay(PROVISION_MS, undefined, { ref: false }).then(() => {
      throw new Error(`no answer within ${PROVISION_MS / 1000} s`);
    });
    await Promise.race([work(), late]).catch((failure: Error) => {
      throw new Problem(
        `The broker at ${url} cannot be set up (${failure.message}). With NATS_URL, its users and passwords must be those of broker.json in the data folder.`,
      );
    });
  },
};
