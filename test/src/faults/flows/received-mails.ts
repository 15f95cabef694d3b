import assert from 'node:assert/strict';
import { newId } from '@switchboard/ids';
import { ConnectionCreatedSchema, OwnerKind } from '@switchboard/proto-schemas';
import { testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import type { Flow } from '../crash.ts';
import { stateFact } from '../facts.ts';
import { control, requestsTo } from '../sandbox-control.ts';
import type { Station } from '../station.ts';

const SETTLED_MS = 60_000;

const LIST = `query ($contact: EmailAddress!) {
  mailMessages(filter: { contact: $contact, direction: INBOUND }) { nodes { id status } } }`;

/** One mail, from an address no other run uses. */
export interface ReceivedRun {
  readonly from: string;
}

// Of a workspace of its own: another one's mails are not to go through this connection.
const actor = testActor();
const arrived = new Set<string>();

/** Connects the mailbox that all runs use, and waits until it was looked at: what lies in it before is left there. */
export async function prepareMailbox(station: Station): Promise<void> {
  const { workspaceId } = actor;
  const secrets = { ...sandboxAccounts.smtp, imapHost: 'imap.example.com' };
  const connectionId = station.auth?.connect({ vendor: 'smtp', workspaceId, userId: '', secrets }) ?? '';
  await stateFact(await station.broker.connect('auth'), {
    eventId: newId('evt'),
    schema: ConnectionCreatedSchema,
    payload: { connectionId, vendor: 'smtp', ownerKind: OwnerKind.WORKSPACE, userId: '', sandbox: true },
    workspaceId,
  });
  await waitFor('a look at the mailbox', async () => {
    return (await requestsTo(station.sandbox, 'imap', ({ method }) => method === 'IDLE')) > 0;
  });
  await station.untilQuiet();
}

async function mailsOf(station: Station, { from }: ReceivedRun): Promise<{ id: string; status: string }[]> {
  const { data } = await station.graphql<{ mailMessages: { nodes: { id: string; status: string }[] } }>(
    actor,
    LIST,
    { contact: from },
  );
  return data?.mailMessages.nodes ?? [];
}

/** A mail from outside lies in the mailbox until it is taken, and is taken once. */
export const mailReceived: Flow<ReceivedRun> = {
  fresh: () => ({ from: `${newId('key').toLowerCase().replace('_', '-')}@example.com` }),
  async act({ sandbox }, { from }) {
    if (arrived.has(from)) return;
    arrived.add(from);
    await control(sandbox, 'POST', 'simulate/imap/incoming-mail', { from, subject: 'Once', text: 'Once' });
  },
  async settled(station, run) {
    await waitFor('the mail', async () => (await mailsOf(station, run)).length > 0, SETTLED_MS);
  },
  async verify(station, run) {
    const mails = await mailsOf(station, run);
    assert.deepEqual(
      mails.map(({ status }) => status),
      ['RECEIVED'],
    );
    const facts = (await station.events())
      .filter(({ bytes }) => Buffer.from(bytes).includes(mails[0]?.id ?? ''))
      .map(({ type }) => type);
    assert.deepEqual(facts, ['evt.mail.v1.MailReceived']);
  },
};
