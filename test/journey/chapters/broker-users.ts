import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Broker } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { describe, expect, it } from 'vitest';
import type { Journey } from './journey.ts';
import { SERVICES } from './services.ts';

function broker({ house }: Journey, user: string): Promise<Broker> {
  const passwords = JSON.parse(readFileSync(join(house.dataDir, 'keys/broker.json'), 'utf8'));
  const url = `nats://127.0.0.1:${house.portBase + 20}`;
  return Broker.connect({
    url,
    user,
    password: passwords[user],
    logger: createLogger('test', { level: 'silent' }),
  });
}

/** What each part may do at the broker. */
export function brokerUsers(journey: Journey): void {
  describe('a user of the broker', () => {
    it.each([...SERVICES, 'gateway', 'ops'])('%s can do no more than its own', async (user) => {
      const link = await broker(journey, user);
      const victim = user === 'billing' ? 'mail' : 'billing';
      const attempts = [
        link.js.publish(`evt.${victim}.v1.Forged.wsp_1`, 'x', { timeout: 1_000 }),
        link.connection.request(`rpc.auth.lendCredential.${victim}`, 'x', { timeout: 1_000 }),
        link.connection.request('$JS.API.CONSUMER.CREATE.EVT.spy', '{}', { timeout: 1_000 }),
        link.connection.request(`$JS.API.CONSUMER.MSG.NEXT.EVT.${victim}`, '1', { timeout: 1_000 }),
        link.connection.request('$JS.API.STREAM.PURGE.EVT', '', { timeout: 1_000 }),
      ];
      for (const result of await Promise.allSettled(attempts)) expect(result.status).toBe('rejected');
      await link.close();
    });
  });
}
