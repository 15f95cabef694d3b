import { RpcClient } from '@switchboard/messaging';
import { ConnectionUpdatedSchema } from '@switchboard/proto-schemas';
import { testActor, waitFor } from '@switchboard/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FindMailboxes } from '../src/use-cases/find-mailboxes.ts';
import { MailboxHouse, type TestMailbox } from './mailbox-house.ts';

let house: MailboxHouse;
beforeAll(async () => {
  // So long between two looks that what comes sooner was told by the server.
  house = await MailboxHouse.start({ MAIL_MAILBOX_POLL_SECONDS: '600' });
});
afterAll(() => house.stop());
afterEach(() => house.house.control.clearFaults());

/** Commands of one account's clients, oldest first; of all accounts where commands name none. */
async function commands(match: RegExp): Promise<string[]> {
  const requests = await house.house.control.requests('imap');
  return requests
    .map(({ method, path }) => `${method} ${path}`)
    .filter((command) => match.test(command))
    .reverse();
}

const logins = ({ address }: TestMailbox) => commands(new RegExp(`^(LOGIN|AUTHENTICATE) (${address}|PLAIN)`));

describe('a mail that comes to a workspace’s mailbox', () => {
  it('is told by the server, kept once with its event, and seen by the workspace alone', async () => {
    const mailbox = await house.open();
    await house.arrives(mailbox, {
      from: 'Ana Sá <ana@example.com>',
      cc: ['bo@example.com', 'BO@example.com'],
      subject: 'Grüße',
      text: 'Hello\nthere',
      html: '<p>Hello</p>',
      attachments: [{ filename: 'a b.pdf', contentType: 'application/pdf', bytes: 10 }],
    });
    const [mail] = await house.received(mailbox, 1);
    expect(mail).toMatchObject({
      direction: 'INBOUND',
      provider: 'imap',
      connectionId: mailbox.connectionId,
      status: 'RECEIVED',
      from: 'ana@example.com',
      fromName: 'Ana Sá',
      to: [mailbox.address],
      cc: ['bo@example.com'],
      subject: 'Grüße',
      text: 'Hello\nthere',
      html: '<p>Hello</p>',
      errorCode: null,
      sandbox: true,
      replyTo: null,
      receivedAttachments: [{ filename: 'a b.pdf', contentType: 'application/pdf', bytes: 10 }],
      timeline: [{ kind: 'RECEIVED' }],
    });
    expect(await house.counts(mailbox)).toEqual({ mails: 1, events: 1 });
    const stranger = { actor: testActor() };
    expect(await house.list(stranger)).toEqual([]);
    expect(await house.list(stranger, { contact: 'ana@example.com' })).toEqual([]);
    expect(await house.read(stranger.actor, mail?.id ?? '')).toBeNull();
    expect(await house.list(mailbox, { contact: 'ANA@example.com' })).toHaveLength(1);
    expect(await house.list(mailbox, { direction: 'OUTBOUND' })).toEqual([]);
  });

  it('is linked with the mail of ours that it answers, and can be answered', async () => {
    const mailbox = await house.open();
    const { actor, connectionId } = mailbox;
    const to = ['ana@example.com'];
    const sent = await house.house.sent(actor, { to, accountId: connectionId });
    const [row] = await house.rows<{ id: string }>(
      'select internet_message_id as id from mail_messages where id = ?',
      [sent.id],
    );
    const ours = row?.id ?? '';
    await house.arrives(mailbox, {
      from: 'ana@example.com',
      inReplyTo: ours,
      messageId: '<answer@example.com>',
    });
    const [answer] = await house.received(mailbox, 1);
    expect(answer?.replyTo).toEqual({ id: sent.id });
    await house.house.sent(actor, { to, accountId: connectionId, replyToMessageId: answer?.id });
    const mails = await waitFor('both mails', async () => {
      const found = await house.house.control.mailsTo('ana@example.com');
      return found.length === 2 && found;
    });
    expect(mails[0]?.headers).toMatchObject({
      'in-reply-to': '<answer@example.com>',
      references: `${ours} <answer@example.com>`,
    });
    expect(await house.list({ actor }, { contact: 'ana@example.com', direction: null })).toHaveLength(3);
  });

  it('is kept once among 120, although the connection breaks off on the way', async () => {
    const mailbox = await house.open();
    const match = '^UID FETCH 70 .*BODY';
    await house.house.control.fault({ vendor: 'imap', match, dropResponseAfterEffect: true });
    await house.arrives(mailbox, { times: 100, text: 'One of many' });
    // More than one transaction holds.
    await house.arrives(mailbox, { times: 20, text: 'x'.repeat(250_000) });
    await waitFor('all of them', async () => (await house.counts(mailbox)).mails === 120);
    expect(await house.counts(mailbox)).toEqual({ mails: 120, events: 120 });
    await house.until(mailbox, 'READING');
  });

  it('that the database refuses is kept as its arrival, and holds up nothing behind it', async () => {
    const mailbox = await house.open();
    await house.rows(`create function refuse_poison() returns trigger language plpgsql as $$ begin
      if new.text = 'poison' then raise exception 'not this one'; end if; return new; end $$`);
    await house.rows(
      'create trigger poison before insert on mail_messages for each row execute function refuse_poison()',
    );
    await house.house.control.fault({ vendor: 'imap', match: '^UID FETCH', status: 503 });
    for (const text of ['one', 'poison', 'three']) await house.arrives(mailbox, { subject: text, text });
    const mails = await house.received(mailbox, 3);
    expect(mails.map(({ text, errorCode }) => [text, errorCode])).toEqual([
      ['three', null],
      [null, 'MAIL_UNREADABLE'],
      ['one', null],
    ]);
    expect(await house.counts(mailbox)).toEqual({ mails: 3, events: 3 });
  });

  it('that is in the mailbox already when reading begins is left there', async () => {
    const account = await house.house.control.openAccount('imap');
    const address = account.username ?? '';
    await house.house.control.simulate('imap', 'incoming-mail', { account: address, subject: 'History' });
    const mailbox = await house.connect(account);
    await house.until(mailbox, 'READING');
    await house.house.control.simulate('imap', 'incoming-mail', { account: address, subject: 'News' });
    expect((await house.received(mailbox, 1))[0]?.subject).toBe('News');
  });

  it('is kept once when the server rebuilds the mailbox, and so is what came meanwhile', async () => {
    const mailbox = await house.open();
    await house.arrives(mailbox, { subject: 'Before' });
    await house.received(mailbox, 1);
    await house.house.control.fault({ vendor: 'imap', match: '^UID SEARCH', status: 503 });
    await house.arrives(mailbox, { subject: 'Meanwhile' });
    await house.until(mailbox, 'FAILING');
    await house.house.control.simulate('imap', 'uid-validity', { account: mailbox.address });
    await house.arrives(mailbox, { subject: 'After' });
    const mails = await house.received(mailbox, 3);
    expect(mails.map(({ subject }) => subject)).toEqual(['After', 'Meanwhile', 'Before']);
    expect(await house.counts(mailbox)).toEqual({ mails: 3, events: 3 });
  });
});

describe('the mailbox of a connection', () => {
  it('is not read with a wrong password, which auth is told, and is read with the right one', async () => {
    const mailbox = await house.connect({ password: 'wrong' });
    await house.until(mailbox, 'REFUSED');
    const shown = {
      connectionId: mailbox.connectionId,
      lastErrorCode: 'RECONNECT_REQUIRED',
      startedAt: null,
    };
    expect(await house.mailboxes(mailbox)).toMatchObject([{ ...shown, state: 'REFUSED', sandbox: true }]);
    const { auth } = house.house.inner;
    const reports = () => auth.reports.filter(({ connectionId }) => connectionId === mailbox.connectionId);
    await waitFor('the report', () => reports().some(({ errorCode }) => errorCode === 'RECONNECT_REQUIRED'));
    auth.replaceSecrets(mailbox.connectionId, mailbox.secrets);
    await house.states(ConnectionUpdatedSchema, mailbox);
    await house.until(mailbox, 'READING');
    await waitFor('the report', () => reports().at(-1)?.succeeded);
    const text = expect.any(String);
    expect(await house.mailboxes(mailbox)).toMatchObject([
      { state: 'READING', lastErrorCode: null, startedAt: text, lastSyncedAt: text },
    ]);
    expect(await house.mailboxes({ actor: testActor() })).toEqual([]);
    await house.arrives(mailbox, { subject: 'At last' });
    expect(await house.received(mailbox, 1)).toHaveLength(1);
  });

  it('is read again when its server is back', async () => {
    await house.house.control.fault({ vendor: 'imap', match: '^CONNECT', status: 503 });
    const mailbox = await house.connect();
    await house.until(mailbox, 'FAILING');
    await house.until(mailbox, 'READING');
  });

  it('is read although no event told of the connection: auth is asked at the start', async () => {
    const silent = await house.connectSilently();
    const { database } = house.house.inner.service;
    const rpc = new RpcClient(await house.house.inner.broker.connect('mail'));
    await new FindMailboxes(database, rpc, 'smtp').execute();
    await house.until(silent, 'READING');
    const before = await house.stateOf(silent);
    await new FindMailboxes(database, rpc, 'smtp').execute();
    expect(await house.stateOf(silent)).toBe(before);
  });

  it('is not read where the connection names none, and is from when it does', async () => {
    const mailbox = await house.connect({ imapHost: '' });
    await house.until(mailbox, 'OFF');
    house.house.inner.auth.replaceSecrets(mailbox.connectionId, {
      ...mailbox.secrets,
      imapHost: 'imap.example.com',
    });
    await house.states(ConnectionUpdatedSchema, mailbox);
    await house.until(mailbox, 'READING');
  });

  it('is not read any more when the connection is deleted; what was received stays', async () => {
    const mailbox = await house.open();
    await house.arrives(mailbox, { subject: 'Before' });
    await house.received(mailbox, 1);
    const before = (await commands(/^LOGOUT/)).length;
    await house.disconnect(mailbox);
    await waitFor('the end of reading', async () => (await commands(/^LOGOUT/)).length > before);
    await house.arrives(mailbox, { subject: 'After' });
    // Whatever there was to do has been done when this later mail of another mailbox is here.
    const other = await house.open();
    await house.arrives(other);
    await house.received(other, 1);
    expect(await house.list(mailbox)).toHaveLength(1);
    expect(await house.stateOf(mailbox)).toBeUndefined();
  });

  it('is read by one replica at a time: who lost the lease writes nothing, and its successor everything once', async () => {
    const mailbox = await house.open();
    const set = (until: string) =>
      house.rows(
        `update mailboxes set lease_owner = 'another', lease_until = ${until} where connection_id = ?`,
        [mailbox.connectionId],
      );
    await set("now() + interval '1 hour'");
    const before = (await logins(mailbox)).length;
    await house.arrives(mailbox, { subject: 'In between' });
    const search = /^LOGOUT|^UID SEARCH/;
    const seen = (await commands(search)).length;
    await waitFor('a look at it', async () => (await commands(search)).length > seen);
    expect(await house.counts(mailbox)).toEqual({ mails: 0, events: 0 });
    // The other one dies.
    await set("now() - interval '1 second'");
    await house.received(mailbox, 1);
    expect(await house.counts(mailbox)).toEqual({ mails: 1, events: 1 });
    expect((await logins(mailbox)).length).toBeGreaterThan(before);
  });
});
