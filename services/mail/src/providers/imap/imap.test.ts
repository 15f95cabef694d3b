import { type AddressInfo, createServer } from 'node:net';
import { Secret } from '@switchboard/observability';
import type { Credential } from '@switchboard/providers';
import { ImapFlow } from 'imapflow';
import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it } from 'vitest';
import { safeHtml } from '../safe-html.ts';
import { imapTarget, namesMailbox } from './imap.address.ts';
import { toProviderError } from './imap.errors.ts';
import { toHeadOfMail, toIncomingMail } from './imap.mapping.ts';
import { optionsFor } from './imap.provider.ts';
import { pruneMessage } from './prune-message.ts';

const raw = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');

describe('where a mailbox is', () => {
  const credential = (imapHost: string, imapPort: string, more: Partial<Credential> = {}): Credential => ({
    connectionId: 'con_1',
    owner: 'WORKSPACE',
    workspaceId: 'wsp_1',
    userId: undefined,
    sandbox: false,
    baseUrl: undefined,
    secrets: { imapHost: new Secret(imapHost), imapPort: new Secret(imapPort) },
    ...more,
  });
  const resolvesTo =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address }));

  it('is a public address, by TLS or STARTTLS', async () => {
    const resolve = resolvesTo('93.184.215.14');
    expect(await imapTarget(credential('imap.example.com', '993'), resolve)).toEqual({
      host: '93.184.215.14',
      port: 993,
      servername: 'imap.example.com',
      secure: true,
      startTls: false,
    });
    const starting = await imapTarget(credential('imap.example.com', '143'), resolve);
    expect(starting).toMatchObject({ secure: false, startTls: true });
    expect(await imapTarget(credential('imap.example.com', ''), resolve)).toMatchObject({ port: 993 });
  });

  it.each([
    ['127.0.0.1'],
    ['10.0.0.5'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['93.184.215.14', '10.0.0.5'],
  ])('is never %s', async (...addresses) => {
    const target = imapTarget(credential('imap.example.com', '993'), resolvesTo(...addresses));
    await expect(target).rejects.toMatchObject({ code: 'REJECTED' });
  });

  it('is no other port, and without TLS the sandbox alone', async () => {
    const port = imapTarget(credential('imap.example.com', '6379'), resolvesTo('93.184.215.14'));
    await expect(port).rejects.toMatchObject({ code: 'REJECTED' });
    const sandbox = credential('127.0.0.1', '4012', { sandbox: true });
    expect(await imapTarget(sandbox)).toMatchObject({ host: '127.0.0.1', secure: false, startTls: false });
    expect(namesMailbox(credential('', ''))).toBe(false);
  });
});

it('the password never goes to a server without TLS', async () => {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      heard += data.toString();
      const [tag, command] = data.toString().split(' ');
      if (command?.startsWith('CAPABILITY'))
        socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK\r\n`);
      else socket.write(`${tag} OK\r\n`);
    });
    socket.write('* OK ready\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const secrets = { username: new Secret('ana'), password: new Secret('p4ssw0rd') };
  const target = { host: '127.0.0.1', port, servername: 'imap.example.com', secure: false, startTls: true };
  const client = new ImapFlow(optionsFor(target, { secrets } as unknown as Credential));
  client.on('error', () => {});
  await expect(client.connect()).rejects.toThrow();
  client.close();
  server.close();
  expect(heard).toContain('CAPABILITY');
  expect(heard).not.toMatch(/p4ssw0rd|LOGIN|AUTHENTICATE/);
});

it.each([
  [{ authenticationFailed: true, responseStatus: 'NO' }, 'RECONNECT_REQUIRED'],
  [{ authenticationFailed: true, serverResponseCode: 'AUTHENTICATIONFAILED' }, 'RECONNECT_REQUIRED'],
  [{ authenticationFailed: true, serverResponseCode: 'UNAVAILABLE', responseStatus: 'NO' }, 'UNAVAILABLE'],
  [{ serverResponseCode: 'INUSE', responseStatus: 'NO' }, 'UNAVAILABLE'],
  [{ code: 'ETHROTTLE', responseStatus: 'BAD' }, 'RATE_LIMITED'],
  [{ code: 'ECONNREFUSED' }, 'UNAVAILABLE'],
  [{ code: 'NoConnection' }, 'UNAVAILABLE'],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'UNAVAILABLE'],
  [{ serverResponseCode: 'NONEXISTENT', responseStatus: 'NO' }, 'REJECTED'],
  [{ responseStatus: 'BAD' }, 'REJECTED'],
])('a server that says %o means %s, and nothing of the sign-in is kept', (said, code) => {
  const error = toProviderError(
    'open',
    Object.assign(new Error('no'), said, { executedCommand: 'LOGIN u s3cret' }),
  );
  expect(error).toMatchObject({ code });
  expect(JSON.stringify(Object.entries(error.cause as object))).not.toContain('s3cret');
});

describe('a message', () => {
  it('is read in full: names, texts, thread, and its files by name, type and size', async () => {
    const content = Buffer.alloc(100_001, 'x');
    const message = await new MailComposer({
      from: 'Zoë <zoe@example.com>',
      to: ['a@example.com', 'A@Example.com', 'b@exämple.com'],
      subject: 'Grüße 🌍',
      text: 'Hallo Wélt',
      html: '<p>Hallo <b>Wélt</b></p><img src="cid:logo">',
      messageId: '<m1@example.com>',
      inReplyTo: '<m0@example.com>',
      references: ['<first@example.com>', '<m0@example.com>'],
      attachments: [
        { filename: 'räport.pdf', contentType: 'application/pdf', content },
        {
          filename: 'notes.txt',
          contentType: 'text/plain',
          content: 'one two',
          contentDisposition: 'attachment',
        },
        { filename: 'logo.png', cid: 'logo', content: 'png' },
      ],
    })
      .compile()
      .build();
    expect(await toIncomingMail(message)).toMatchObject({
      internetMessageId: '<m1@example.com>',
      answers: ['<m0@example.com>', '<first@example.com>'],
      references: ['<first@example.com>', '<m0@example.com>'],
      from: 'zoe@example.com',
      fromName: 'Zoë',
      to: ['a@example.com', 'b@xn--exmple-cua.com'],
      subject: 'Grüße 🌍',
      text: 'Hallo Wélt',
      html: '<p>Hallo <b>Wélt</b></p><img />',
      attachments: expect.arrayContaining([
        { filename: 'räport.pdf', contentType: 'application/pdf', bytes: 100_001 },
        { filename: 'notes.txt', contentType: 'text/plain', bytes: 7 },
        { filename: 'logo.png', contentType: 'image/png', bytes: 3 },
      ]),
      fault: null,
    });
  });

  it('keeps a mail within a mail as a file, and the texts around it', async () => {
    const message = raw(
      'Content-Type: multipart/mixed; boundary="a b"',
      '',
      'preamble',
      '--a b',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'caf=E9',
      '--a b',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      '',
      'inner text',
      '--a b--',
      'epilogue',
    );
    expect(await toIncomingMail(message)).toMatchObject({
      text: 'café',
      attachments: [{ contentType: 'message/rfc822', bytes: 28 }],
    });
  });

  it.each([
    ['CR LF', '=0D=0ABcc:_evil@example.com'],
    ['LF', '=0ABcc:_evil@example.com'],
    ['U+2028', '=E2=80=A8Bcc:_evil@example.com'],
    ['NUL', '=00Bcc:_evil@example.com'],
  ])('with %s in a header gives one line', async (_what, encoded) => {
    const mail = await toIncomingMail(
      raw(`Subject: =?utf-8?Q?Hi${encoded}?=`, `From: =?utf-8?Q?Ana${encoded}?= <ana@example.com>`, '', 'x'),
    );
    for (const text of [mail.subject, mail.fromName ?? '']) expect(text).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(mail.from).toBe('ana@example.com');
  });

  it('too large to be read gives its headers, also when they are cut off', async () => {
    const head = raw('From: ana@example.com', 'Subject: Hi', `X-Long: ${'x'.repeat(300_000)}`);
    expect(await toHeadOfMail(head, 'MAIL_TOO_LARGE')).toMatchObject({
      from: 'ana@example.com',
      subject: 'Hi',
      text: null,
      fault: 'MAIL_TOO_LARGE',
    });
  });

  it('is small before it is parsed, whatever it holds', async () => {
    const lines = 'x y\n'.repeat(500_000);
    const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
    const message = Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${part('Content-Type: text/plain', lines)}${part(
        'Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64',
        'QUJD\r\n'.repeat(100_000),
      )}--b--\r\n`,
    );
    const { raw: small, isCut } = pruneMessage(message);
    expect(isCut).toBe(true);
    expect(small.length).toBeLessThan(100_000);
    const mail = await toIncomingMail(message);
    expect(mail).toMatchObject({ fault: 'TEXT_TRUNCATED', attachments: [{ bytes: 300_000 }] });
    const deep = Array.from(
      { length: 1_000 },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}`,
    );
    expect(await toIncomingMail(raw('Subject: deep', ...deep))).toMatchObject({
      subject: 'deep',
      fault: 'MAIL_UNREADABLE',
    });
    const wide = '--b\r\n\r\nx\r\n'.repeat(100_000);
    const parts = raw('Content-Type: multipart/mixed; boundary=b', '', wide);
    expect(await toIncomingMail(parts)).toMatchObject({ fault: 'MAIL_UNREADABLE' });
  });
});

it.each([
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.test/x.js></SCRIPT>',
  '<img src=x onerror=alert(1)>',
  '<img src="https://evil.test/pixel.gif">',
  '<img srcset="https://evil.test/a.png 1x">',
  '<svg onload=alert(1)><animate onbegin=alert(1)></svg>',
  '<svg><script>alert(1)</script></svg>',
  '<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="java\tscript:alert(1)">x</a>',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="vbscript:x">x</a>',
  '<a href="//evil.test/x" onclick="x()">x</a>',
  '<iframe src="https://evil.test"></iframe>',
  '<object data="https://evil.test"></object><embed src="https://evil.test">',
  '<form action="https://evil.test"><input name=p><button formaction="https://evil.test">x</button></form>',
  '<meta http-equiv="refresh" content="0;url=https://evil.test">',
  '<link rel="stylesheet" href="https://evil.test/x.css"><base href="https://evil.test">',
  '<style>@import url(https://evil.test/x.css)</style>',
  '<p style="background:url(https://evil.test/x.png)">x</p>',
  '<p style="width:expression(alert(1))">x</p>',
  '<p style="color:red;background-image:url(\'javascript:alert(1)\')">x</p>',
  '<table background="https://evil.test/x.png"><tr><td background="https://evil.test/y.png">x</td></tr></table>',
  '<video src="https://evil.test/x.mp4" poster="https://evil.test/x.png" autoplay></video>',
  '<audio src="https://evil.test/x.mp3"></audio><track src="https://evil.test">',
  '<input type=image src="https://evil.test/x.png" onfocus=alert(1) autofocus>',
  '<details open ontoggle=alert(1)><summary>x</summary></details>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  '<!--[if IE]><script>alert(1)</script><![endif]-->',
  '<p title="x" onmouseover=alert(1)>x',
  '<<script>alert(1)//<</script>',
])('nothing runs and nothing is fetched: %s', (html) => {
  const safe = safeHtml(html);
  expect(safe).not.toMatch(
    /<(script|style|svg|math|iframe|object|embed|form|input|button|meta|link|base|video|audio)/i,
  );
  expect(safe).not.toMatch(
    /<[^>]*(\son\w+\s*=|javascript:|vbscript:|data:|src|url\(|evil\.test|expression)/i,
  );
});

it('what people write stays: links, tables, lists and emphasis', () => {
  const html =
    '<h1>Hi</h1><p style="color:#ff0000;text-align:center">a <b>b</b> <a href="https://example.com/x?a=1&amp;b=2">c</a></p><table><tr><td colspan="2">d</td></tr></table>';
  expect(safeHtml(html)).toBe(
    '<h1>Hi</h1><p style="color:#ff0000;text-align:center">a <b>b</b> <a href="https://example.com/x?a=1&amp;b=2" rel="noopener noreferrer nofollow">c</a></p><table><tr><td colspan="2">d</td></tr></table>',
  );
});
