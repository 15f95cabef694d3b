import { testActor } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UNKNOWN_SENDER } from '../src/domain/incoming-mail.ts';
import { MailboxHouse } from './mailbox-house.ts';

let house: MailboxHouse;
beforeAll(async () => {
  house = await MailboxHouse.start({ MAIL_MAILBOX_POLL_SECONDS: '1', MAIL_MAILBOXES_MAX: '1' });
  // A server that cannot tell of new mail.
  await house.house.control.fault({ vendor: 'imap', match: '^IDLE', status: 503, times: 100_000 });
});
afterAll(() => house.stop());

const raw = (...lines: string[]) => Buffer.from(lines.join('\r\n')).toString('base64');

it('mails of a server that tells nothing are found by looking, in more mailboxes than connections are kept to', async () => {
  const [one, other] = [await house.open(), await house.open()];
  await house.arrives(one, { subject: 'One' });
  await house.arrives(other, { subject: 'Other' });
  expect((await house.received(one, 1))[0]?.subject).toBe('One');
  expect((await house.received(other, 1))[0]?.subject).toBe('Other');
  await house.arrives(one, { subject: 'Again' });
  expect((await house.received(one, 2))[0]?.subject).toBe('Again');
});

it('hostile mails are kept as harmless as they can be read, and hold up nothing behind them', async () => {
  const mailbox = await house.open();
  const html = `<p onclick="x()">Hi<script>alert(1)</script><img src="https://evil.test/pixel.gif" alt="cat">
    <a href="javascript:x()">link</a></p>`;
  await house.arrives(mailbox, { subject: 'script', html });
  await house.arrives(mailbox, {
    rawBase64: raw(
      'From: nobody at all',
      'To: a@example.com, "x\ty" <b@example.com>, undisclosed-recipients:;',
      'Subject: =?utf-8?Q?head=0D=0ABcc:_evil@example.com=E2=80=A8x?=',
      'Message-ID: <one two@example.com>',
      '',
      'Body\0 with nothing',
    ),
  });
  const deep = Array.from(
    { length: 1_000 },
    (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\r\n\r\n--b${n}`,
  );
  await house.arrives(mailbox, {
    rawBase64: raw('From: a@example.com', 'Subject: deep', deep.join('\r\n'), '', 'bottom'),
  });
  await house.arrives(mailbox, {
    rawBase64: raw(
      'Subject: broken',
      'Content-Type: multipart/mixed; boundary=',
      'Content-Transfer-Encoding: base64',
      '',
      '***',
    ),
  });
  await house.arrives(mailbox, {
    subject: 'large',
    attachments: [{ filename: 'f', bytes: 20 * 1_024 * 1_024 }],
  });
  await house.arrives(mailbox, { subject: 'long', text: 'x'.repeat(300_000) });
  await house.arrives(mailbox, { subject: 'last' });
  const mails = (await house.received(mailbox, 7)).toReversed();
  expect(mails.map(({ subject, errorCode }) => [subject, errorCode])).toEqual([
    ['script', null],
    ['head Bcc: evil@example.com x', null],
    ['deep', 'MAIL_UNREADABLE'],
    ['broken', null],
    ['large', 'MAIL_TOO_LARGE'],
    ['long', 'TEXT_TRUNCATED'],
    ['last', null],
  ]);
  expect(mails[0]?.html).toMatch(
    /^<p>Hi<img alt="cat" \/>\s+<a rel="noopener noreferrer nofollow">link<\/a><\/p>$/,
  );
  expect(mails[1]).toMatchObject({
    from: UNKNOWN_SENDER,
    to: ['a@example.com', 'b@example.com'],
    text: 'Body with nothing',
  });
  expect(mails[2]).toMatchObject({ from: 'a@example.com', text: null, html: null });
  expect(mails[4]).toMatchObject({ text: null, receivedAttachments: [] });
  expect(mails[5]?.text).toHaveLength(262_144);
  expect(await house.list({ actor: testActor() })).toEqual([]);
});
