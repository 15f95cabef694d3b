import { createServer } from 'node:net';
import { Secret } from '@switchboard/observability';
import type { Credential } from '@switchboard/providers';
import { describe, expect, it } from 'vitest';
import type { OutgoingMail } from '../mail-provider.ts';
import { isPublic } from '../public-address.ts';
import { smtpTarget } from './smtp.address.ts';
import { toProviderError } from './smtp.errors.ts';
import { toRefused } from './smtp.mapping.ts';
import { smtpProvider } from './smtp.provider.ts';

function credential(baseUrl: string, more: Partial<Credential> = {}): Credential {
  return {
    connectionId: 'con_1',
    owner: 'WORKSPACE',
    workspaceId: 'wsp_1',
    userId: undefined,
    sandbox: false,
    baseUrl,
    secrets: { username: new Secret('u'), password: new Secret('p4ssw0rd') },
    ...more,
  };
}

describe('what a mail server says', () => {
  const said = (responseCode: number, code = 'EENVELOPE') =>
    Object.assign(new Error('no'), { responseCode, code });

  it.each([
    [said(535, 'EAUTH'), 'RECONNECT_REQUIRED'],
    [said(530), 'RECONNECT_REQUIRED'],
    [said(454, 'EAUTH'), 'UNAVAILABLE'],
    [said(421), 'UNAVAILABLE'],
    [said(451), 'UNAVAILABLE'],
    [said(550), 'REJECTED'],
    [said(552), 'REJECTED'],
    [said(554, 'EMESSAGE'), 'REJECTED'],
  ])('%o is %s, before and after the mail itself', (thrown, code) => {
    expect(toProviderError(thrown, { dataBegun: false })).toMatchObject({ code });
    expect(toProviderError(thrown, { dataBegun: true })).toMatchObject({ code });
  });

  it.each(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ETLS'])(
    'nothing (%s): not sent before the mail, unknown after',
    (code) => {
      const thrown = Object.assign(new Error('no'), { code });
      expect(toProviderError(thrown, { dataBegun: false })).toMatchObject({ code: 'UNAVAILABLE' });
      expect(toProviderError(thrown, { dataBegun: true })).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    },
  );

  it.each([
    [550, '550 5.1.1 <a@x.de> User unknown', true],
    [550, '550 No such user', true],
    [550, '550 5.7.1 Relaying denied', false],
    [552, '552 5.2.2 Mailbox full', false],
    [451, '451 4.7.1 Greylisted', false],
  ])('%i %s of a recipient is for good: %s', (responseCode, response, permanent) => {
    expect(toRefused({ recipient: 'a@x.de', responseCode, response })).toMatchObject({ permanent });
  });
});

describe('the place of a server', () => {
  const resolvesTo =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address }));

  it.each([
    '127.0.0.1',
    '127.1.2.3',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'not an address',
  ])('is not %s', async (address) => {
    expect(isPublic(address)).toBe(false);
    const target = smtpTarget(credential('smtp://mail.example.com:587'), resolvesTo(address));
    await expect(target).rejects.toMatchObject({
      code: 'REJECTED',
      publicMessage: 'The mail server could not be used.',
    });
  });

  it('is the resolved address, with the name for the certificate, over TLS', async () => {
    let times = 0;
    const target = await smtpTarget(credential('smtp://mail.example.com:587'), async () => {
      times += 1;
      return [{ address: '93.184.215.14' }];
    });
    expect(target).toEqual({
      host: '93.184.215.14',
      port: 587,
      servername: 'mail.example.com',
      secure: false,
      requireTls: true,
    });
    expect(times).toBe(1);
    const tls = await smtpTarget(credential('smtps://mail.example.com:465'), resolvesTo('93.184.215.14'));
    expect(tls).toMatchObject({ port: 465, secure: true });
  });

  it('is not partly private, and not on any port', async () => {
    const mixed = smtpTarget(
      credential('smtp://mail.example.com:587'),
      resolvesTo('93.184.215.14', '10.0.0.1'),
    );
    await expect(mixed).rejects.toMatchObject({ code: 'REJECTED' });
    const port = smtpTarget(credential('smtp://mail.example.com:6379'), resolvesTo('93.184.215.14'));
    await expect(port).rejects.toMatchObject({ code: 'REJECTED' });
  });

  it('may be anywhere when the operator named it, but never without TLS', async () => {
    const platform = credential('smtp://10.0.0.5:25', { owner: 'PLATFORM', workspaceId: undefined });
    expect(await smtpTarget(platform)).toMatchObject({ host: '10.0.0.5', requireTls: true });
  });
});

describe('a conversation', () => {
  const mail: OutgoingMail = {
    messageId: 'msg_1',
    internetMessageId: '<msg_1@x.de>',
    inReplyTo: undefined,
    references: undefined,
    from: 'no-reply@x.de',
    recipients: [{ kind: 'TO', address: 'a@x.de' }],
    subject: 'Hello',
    text: 'Hi',
    html: undefined,
    attachments: [],
    hasSecretLink: false,
  };
  const send = (given: Credential) =>
    smtpProvider.sender.send(mail, {
      credential: given,
      idempotencyKey: 'k',
      signal: AbortSignal.timeout(2_000),
    });

  /** A server that greets, lists `extensions` and keeps what it hears. */
  async function listening(
    extensions: readonly string[],
    use: (port: number, heard: string[]) => Promise<void>,
  ) {
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.write('220 trap\r\n');
      socket.on('data', (data) => {
        heard.push(data.toString());
        if (/^EHLO/.test(data.toString())) {
          socket.write(
            [
              '250-trap',
              ...extensions.slice(0, -1).map((name) => `250-${name}`),
              `250 ${extensions.at(-1)}`,
              '',
            ].join('\r\n'),
          );
        } else if (/^QUIT/.test(data.toString())) socket.end('221 bye\r\n');
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    try {
      await use(typeof address === 'object' && address ? address.port : 0, heard);
    } finally {
      server.close();
    }
  }

  it('is not begun with a server inside our own network', async () => {
    await listening(['AUTH PLAIN'], async (port, heard) => {
      await expect(send(credential(`smtp://127.0.0.1:${port}`))).rejects.toMatchObject({ code: 'REJECTED' });
      await expect(send(credential(`smtp://localhost:${port}`))).rejects.toMatchObject({ code: 'REJECTED' });
      expect(heard).toEqual([]);
    });
  });

  it('never carries the password to a server without TLS', async () => {
    await listening(['AUTH PLAIN LOGIN'], async (port, heard) => {
      const platform = credential(`smtp://127.0.0.1:${port}`, { owner: 'PLATFORM' });
      await expect(send(platform)).rejects.toMatchObject({
        code: expect.stringMatching(/UNAVAILABLE|REJECTED/),
      });
      expect(heard.join('')).not.toContain('AUTH');
    });
  });

  it('ends when the time is up, as not sent', async () => {
    await listening(['AUTH PLAIN'], async (port) => {
      const sandbox = credential(`smtp://127.0.0.1:${port}`, { sandbox: true });
      await expect(send(sandbox)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });

  it('with nobody listening is one that may be tried again', async () => {
    let closed = 0;
    await listening(['AUTH PLAIN'], async (port) => {
      closed = port;
    });
    const sandbox = credential(`smtp://127.0.0.1:${closed}`, { sandbox: true });
    await expect(send(sandbox)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
