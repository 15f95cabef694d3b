import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smtpAccount } from '../src/accounts.ts';
import type { Mail } from '../src/mailbox/mailbox.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { control } from './control.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const transport = (account: { username: string; password: string } = smtpAccount) =>
  createTransport({
    host: '127.0.0.1',
    port: sandbox.smtpPort,
    secure: false,
    auth: { user: account.username, pass: account.password },
  });

const mail = {
  from: 'News <news@example.org>',
  to: 'Jane <jane@example.com>',
  bcc: 'hidden@example.com',
  subject: 'Grüße',
  text: 'Plain',
  html: '<p>Rich</p>',
  attachments: [{ filename: 'a.txt', content: 'data' }],
};

const mails = async () => (await control<{ mails: Mail[] }>(sandbox.url, 'GET', '/mailbox')).mails;

describe('SMTP', () => {
  it('takes mail from the published account into the mailbox', async () => {
    const sent = await transport().sendMail(mail);
    expect(sent.accepted).toEqual(['jane@example.com', 'hidden@example.com']);
    expect(await mails()).toMatchObject([
      {
        via: 'smtp',
        account: 'platform',
        subject: 'Grüße',
        from: { address: 'news@example.org', name: 'News' },
        to: [{ address: 'jane@example.com', name: 'Jane' }],
        bcc: [{ address: 'hidden@example.com' }],
        messageId: sent.messageId,
        attachments: [{ filename: 'a.txt', bytes: 4 }],
      },
    ]);
  });

  it('refuses a wrong password, nobody, and receivers that bounce', async () => {
    await expect(transport({ ...smtpAccount, password: 'wrong' }).sendMail(mail)).rejects.toMatchObject({
      code: 'EAUTH',
      responseCode: 535,
    });
    const anonymous = createTransport({ host: '127.0.0.1', port: sandbox.smtpPort, secure: false });
    await expect(anonymous.sendMail(mail)).rejects.toMatchObject({ responseCode: 530 });
    await expect(transport().sendMail({ ...mail, to: 'x@bounce.test', bcc: [] })).rejects.toMatchObject({
      responseCode: 550,
    });
    expect(await mails()).toEqual([]);
  });

  it('lets another account in', async () => {
    const { credentials } = await control<{ credentials: { username: string; password: string } }>(
      sandbox.url,
      'POST',
      '/accounts',
      { vendor: 'smtp' },
    );
    await transport(credentials).sendMail(mail);
    expect((await mails())[0]?.account).toBe(credentials.username);
  });

  it('fails on demand: before the work, and after it', async () => {
    await control(sandbox.url, 'POST', '/faults', { vendor: 'smtp', match: '^DATA', status: 451 });
    await expect(transport().sendMail(mail)).rejects.toMatchObject({ responseCode: 451 });
    expect(await mails()).toHaveLength(0);
    await control(sandbox.url, 'POST', '/faults', {
      vendor: 'smtp',
      match: '^DATA',
      dropResponseAfterEffect: true,
    });
    await expect(transport().sendMail(mail)).rejects.toThrow();
    expect(await mails()).toHaveLength(1);
  });
});
