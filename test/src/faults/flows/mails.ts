import assert from 'node:assert/strict';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { newId } from '@switchboard/ids';
import type { Broker } from '@switchboard/messaging';
import { EmailVerificationRequestedSchema, Role } from '@switchboard/proto-schemas';
import { testActor, waitFor } from '@switchboard/testing';
import type { Flow } from '../crash.ts';
import { stateFact } from '../facts.ts';
import { control } from '../sandbox-control.ts';
import type { Station } from '../station.ts';

const SETTLED_MS = 60_000;
const LINK_LIVES_MS = 86_400_000;

const SEND = `mutation ($input: MailSendInput!) {
  mailSend(input: $input) { message { id status } replayed userErrors { code } } }`;
const LIST = `query ($contact: EmailAddress!) {
  mailMessages(filter: { contact: $contact }) { nodes { id status } } }`;

/** One mail, to an address no other run uses. */
export interface MailRun {
  readonly key: string;
  readonly to: string;
}

interface Sent {
  readonly mailSend: { readonly message: { readonly id: string } | null };
}

const actor = testActor();

function freshMail(): MailRun {
  const key = newId('key');
  return { key, to: `${key.toLowerCase().replace('_', '-')}@example.com` };
}

async function statusesOf(station: Station, to: string): Promise<string[]> {
  const { data } = await station.graphql<{ mailMessages: { nodes: { status: string }[] } }>(actor, LIST, {
    contact: to,
  });
  return data?.mailMessages.nodes.map(({ status }) => status) ?? [];
}

async function arrived({ sandbox }: Station, to: string): Promise<number> {
  const { mails } = await control<{ mails: unknown[] }>(
    sandbox,
    'GET',
    `mailbox?to=${encodeURIComponent(to)}`,
  );
  return mails.length;
}

/** SendGrid has no idempotency keys: at most one mail, and where it may not have been sent, we say so. */
async function settled(station: Station, { to }: MailRun): Promise<void> {
  await waitFor(
    'the end of the mail',
    async () => {
      const [status] = await statusesOf(station, to);
      return status === 'DELIVERED' || (status === 'OUTCOME_UNKNOWN' && (await arrived(station, to)) === 0);
    },
    SETTLED_MS,
  );
}

async function verify(station: Station, { to }: MailRun): Promise<void> {
  const statuses = await statusesOf(station, to);
  assert.equal(statuses.length, 1);
  assert.equal(await arrived(station, to), statuses[0] === 'DELIVERED' ? 1 : 0);
}

export const mailSend: Flow<MailRun> = {
  fresh: freshMail,
  async act(station, { key, to }) {
    const input = { idempotencyKey: key, to: [to], subject: 'Once', text: 'Once' };
    const sent = await station.graphql<Sent>(actor, SEND, { input });
    if (!sent.data?.mailSend.message) throw new Error(JSON.stringify(sent));
  },
  settled,
  verify,
};

let auth: Broker | undefined;

/** Somebody signs up: one mail per challenge, however often its event comes. */
export const verificationMail: Flow<MailRun> = {
  fresh: freshMail,
  async act(station, { key, to }) {
    auth ??= await station.broker.connect('auth');
    const expiresAt = timestampFromDate(new Date(Date.now() + LINK_LIVES_MS));
    station.auth?.mailContexts.set(key, {
      template: '',
      recipientAddress: to,
      recipientName: 'Ana',
      workspaceId: actor.workspaceId,
      workspaceName: 'Acme',
      inviterName: '',
      role: Role.OWNER,
      link: `https://app.example.com/verify/${key}`,
      expiresAt,
    });
    await stateFact(auth, {
      eventId: key,
      schema: EmailVerificationRequestedSchema,
      payload: { verificationId: key, userId: actor.userId ?? '', expiresAt },
      workspaceId: actor.workspaceId,
    });
  },
  settled,
  verify,
};
