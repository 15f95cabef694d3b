import { createConnection } from 'node:net';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smtpAccount } from '../src/accounts.ts';
import type { RequestRecord } from '../src/index.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { control } from './control.ts';

let sandbox: Sandbox;
const clients: ImapFlow[] = [];

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await sandbox.close();
});

async function signIn(account: { username: string; password: string } = smtpAccount): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: sandbox.imapPort,
    secure: false,
    auth: { user: account.username, pass: account.password },
    logger: false,
    disableAutoIdle: true,
  });
  client.on('error', () => {});
  clients.push(client);
  await client.connect();
  return client;
}

function present<T>(found: T | false | undefined): T {
  if (!found) throw new Error('nothing was fetched');
  return found;
}

const arrives = (mail: object = {}) =>
  control<{ uids: number[]; uidValidity: number }>(sandbox.url, 'POST', '/simulate/imap/incoming-mail', mail);

describe('IMAP', () => {
  it('shows the INBOX of an account: numbers, searches, whole messages and pieces of them', async () => {
    await arrives({ subject: 'Grüße', text: 'One', times: 2 });
    const client = await signIn();
    const opened = await client.mailboxOpen('INBOX', { readOnly: true });
    expect(opened).toMatchObject({ exists: 2, uidNext: 3, readOnly: true });
    expect(await client.status('INBOX', { uidNext: true, messages: true })).toMatchObject({
      uidNext: 3,
      messages: 2,
    });
    expect(await client.search({ uid: '2:*' }, { uid: true })).toEqual([2]);
    expect(await client.search({ uid: '1:*', since: new Date() }, { uid: true })).toEqual([1, 2]);
    expect(await client.search({ before: new Date(Date.now() - 86_400_000) }, { uid: true })).toEqual([]);
    const whole = present(
      await client.fetchOne('2', { uid: true, size: true, internalDate: true, source: true }, { uid: true }),
    );
    expect(whole.source?.toString()).toMatch(/^From: Customer <customer@example.com>\r\n[\s\S]*\r\n\r\nOne/);
    expect(whole).toMatchObject({ uid: 2, seq: 2, size: whole.source?.length });
    expect(Math.abs(Date.now() - Number(whole.internalDate))).toBeLessThan(5_000);
    const piece = await client.fetchOne('1', { source: { start: 5, maxLength: 8 } }, { uid: true });
    expect(present(piece).source?.toString()).toBe(whole.source?.subarray(5, 13).toString());
    await client.logout();
  });

  it('tells an idling client of new mail, and takes what SMTP brings for the account', async () => {
    const client = await signIn();
    await client.mailboxOpen('INBOX');
    const news = new Promise<number>((resolve) => client.on('exists', ({ count }) => resolve(count)));
    const idling = client.idle();
    await createTransport({
      host: '127.0.0.1',
      port: sandbox.smtpPort,
      auth: { user: smtpAccount.username, pass: smtpAccount.password },
    }).sendMail({
      from: 'a@example.com',
      to: [smtpAccount.username, 'b@example.com'],
      subject: 'To myself',
      text: 'Hi',
    });
    expect(await news).toBe(1);
    const found = await client.fetchOne('*', { source: true });
    await idling;
    expect(present(found).source?.toString()).toContain('Subject: To myself');
  });

  it('has one INBOX for each account, and lets nobody in with a wrong password', async () => {
    const { credentials } = await control<{ credentials: { username: string; password: string } }>(
      sandbox.url,
      'POST',
      '/accounts',
      { vendor: 'imap' },
    );
    await arrives({ account: credentials.username });
    expect(await (await signIn(credentials)).mailboxOpen('INBOX')).toMatchObject({ exists: 1 });
    expect(await (await signIn()).mailboxOpen('INBOX')).toMatchObject({ exists: 0 });
    await expect(signIn({ ...smtpAccount, password: 'wrong' })).rejects.toMatchObject({
      authenticationFailed: true,
    });
    const { requests } = await control<{ requests: RequestRecord[] }>(
      sandbox.url,
      'GET',
      '/requests?vendor=imap',
    );
    expect(JSON.stringify(requests)).not.toContain(credentials.password);
  });

  it('rebuilds a mailbox: other UIDs under another UIDVALIDITY, and clients have to come again', async () => {
    await arrives({ times: 3 });
    const client = await signIn();
    const before = await client.mailboxOpen('INBOX');
    const gone = new Promise((resolve) => client.on('close', () => resolve(true)));
    await control(sandbox.url, 'POST', '/simulate/imap/uid-validity', {});
    expect(await gone).toBe(true);
    const after = await (await signIn()).mailboxOpen('INBOX');
    expect(after.uidValidity).not.toBe(before.uidValidity);
    expect(after).toMatchObject({ exists: 3, uidNext: 4 });
  });

  it('fails on demand: at the door, at a command, and by silence', async () => {
    await control(sandbox.url, 'POST', '/faults', { vendor: 'imap', match: '^CONNECT', status: 503 });
    await expect(signIn()).rejects.toThrow();
    await control(sandbox.url, 'POST', '/faults', { vendor: 'imap', match: '^EXAMINE', status: 503 });
    const client = await signIn();
    await expect(client.mailboxOpen('INBOX', { readOnly: true })).rejects.toThrow();
    await control(sandbox.url, 'POST', '/faults', {
      vendor: 'imap',
      match: '^NOOP',
      dropResponseAfterEffect: true,
    });
    await client.noop();
    expect(client.usable).toBe(false);
  });

  it('answers BAD to what is no command, with literals in any of the two ways', async () => {
    const socket = createConnection(sandbox.imapPort, '127.0.0.1');
    let heard = '';
    const until = (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (heard.includes(text)) resolve();
          else socket.once('data', look);
        };
        look();
      });
    socket.on('data', (data) => {
      heard += data.toString();
    });
    await until('* OK');
    socket.write('a1 NONSENSE\r\n');
    await until('a1 BAD');
    socket.write('a2 FETCH (\r\n');
    await until('a2 BAD');
    socket.write('a3 SELECT INBOX\r\n');
    await until('a3 BAD');
    socket.write(`a4 LOGIN {${smtpAccount.username.length}}\r\n`);
    await until('+ ');
    socket.write(`${smtpAccount.username} {${smtpAccount.password.length}+}\r\n${smtpAccount.password}\r\n`);
    await until('a4 OK');
    socket.write('a5 UID FETCH 1 (ENVELOPE)\r\n');
    await until('a5 BAD');
    socket.destroy();
  });
});
