import { generateKeyPairSync } from 'node:crypto';
import { startService } from '@switchboard/service';
import { findPostgres, freePort, startPostgres, type TestPostgres, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mail } from '../src/service.ts';
import { MailboxHouse } from './mailbox-house.ts';

const programs = findPostgres();
if (!programs) console.info('skipped: two replicas need a PostgreSQL, and this machine has none');

const MAILS = 10;

let postgres: TestPostgres;
beforeAll(async () => {
  if (programs) postgres = await startPostgres(programs);
});
afterAll(() => postgres?.stop());

it.skipIf(!programs)(
  'two replicas share mailboxes, and what the one leaves the other takes: each mail once',
  async () => {
    const location = { kind: 'postgres', url: postgres.createDatabase() } as const;
    // Few enough that each replica needs the other.
    const environment = { MAIL_MAILBOXES_MAX: '3', MAIL_MAILBOX_POLL_SECONDS: '1' };
    const house = await MailboxHouse.start(environment, location);
    const { publicKey } = generateKeyPairSync('ed25519');
    const replica = await startService(
      mail,
      {
        ...environment,
        NATS_URL: house.house.inner.broker.url,
        LOG_LEVEL: 'silent',
        IDENTITY_PUBLIC_JWK: JSON.stringify(publicKey.export({ format: 'jwk' })),
        MAIL_PORT: String(await freePort()),
        MAIL_NATS_PASSWORD: 'mail',
      },
      { location },
    );
    try {
      const mailboxes = await Promise.all(Array.from({ length: 5 }, () => house.open()));
      await waitFor('both to read', async () => {
        const owners = await house.rows(
          'select distinct lease_owner from mailboxes where lease_owner is not null',
        );
        return owners.length === 2;
      });
      for (const mailbox of mailboxes) await house.arrives(mailbox, { times: MAILS });
      // In the middle of it.
      await waitFor(
        'the first mail',
        async () => (await house.rows('select id from mail_messages limit 1')).length > 0,
      );
      await replica.stop();
      for (const mailbox of mailboxes) await house.received(mailbox, MAILS);
      for (const mailbox of mailboxes)
        expect(await house.counts(mailbox)).toEqual({ mails: MAILS, events: MAILS });
    } finally {
      await replica.stop();
      await house.stop();
    }
  },
);
