import { randomUUID } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { isBounceAddress } from '../bounce-addresses.ts';
import { ControlError } from '../control/control-error.ts';
import type { MailAccounts } from '../mailbox/mail-accounts.ts';
import type { RequestRecord } from '../traffic/request-log.ts';
import { PLATFORM_ACCOUNT, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { readMail } from './read-mail.ts';

const MAIL_BYTES_MAX = 25 * 1024 * 1024;

/** A vendor with a server of its own. */
export interface SmtpVendor extends Vendor {
  /** Answers the port that was taken. */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

/** A refusal with SMTP's code. RFC 5321 section 4.2, enhanced codes of RFC 3463. */
class SmtpRefusal extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/**
 * SMTP submission (RFC 6409) without TLS, for the published account. Commands appear in the request log as
 * "AUTH user", "MAIL address", "RCPT address" and "DATA address", and faults match on that.
 * @param deliver takes the message for a recipient who may have an account here.
 */
export function createSmtp(
  world: World,
  accounts: MailAccounts,
  deliver: (address: string, raw: Buffer) => void,
): SmtpVendor {
  const sockets = new Map<number, Socket>();

  /** Records a command and applies its fault; rejects if the fault refuses it. */
  const begin = async (command: string, argument: string, body: unknown = null) => {
    const fault = world.faults.takeForRequest('smtp', command, argument);
    const record = smtpRecord(world.now(), command, argument, body, fault?.id ?? null);
    world.requests.add(record);
    if (fault?.status !== undefined) {
      if (fault.delayMs) await sleep(fault.delayMs);
      record.status = fault.status;
      throw new SmtpRefusal(fault.status, fault.status < 500 ? '4.3.0 Try again later' : '5.3.0 Refused');
    }
    return { fault, record };
  };

  const server = new SMTPServer({
    name: 'smtp.sandbox.test',
    banner: 'vendor sandbox',
    size: MAIL_BYTES_MAX,
    // A certificate nobody trusts would be worse than none: clients upgrade when STARTTLS is offered.
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    onAuth(auth, _session, callback) {
      answer(callback, async () => {
        const { record } = await begin('AUTH', auth.username ?? '');
        const account = accounts.signIn(auth.username ?? '', auth.password ?? '');
        if (!account) {
          record.status = 535;
          throw new SmtpRefusal(535, '5.7.8 Authentication credentials invalid');
        }
        record.status = 235;
        return { user: account.name };
      });
    },
    onMailFrom(address, _session, callback) {
      answer(callback, async () => {
        const { record } = await begin('MAIL', address.address);
        record.status = 250;
      });
    },
    onRcptTo(address, _session, callback) {
      answer(callback, async () => {
        const { record } = await begin('RCPT', address.address);
        if (isBounceAddress(address.address)) {
          record.status = 550;
          throw new SmtpRefusal(550, `5.1.1 <${address.address}> User unknown`);
        }
        record.status = 250;
      });
    },
    onData(stream, session, callback) {
      answer(callback, async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = {
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
        };
        const { fault, record } = await begin('DATA', envelope.from, envelope);
        if (stream.sizeExceeded) {
          record.status = 552;
          throw new SmtpRefusal(552, '5.3.4 Message too big');
        }
        const raw = Buffer.concat(chunks);
        const mail = world.mailbox.add(
          await readMail(raw, envelope, String(session.user ?? PLATFORM_ACCOUNT)),
        );
        for (const address of envelope.to) deliver(address, raw);
        record.body = { ...envelope, subject: mail.subject, messageId: mail.messageId };
        record.effect = true;
        if (fault?.delayMs) await sleep(fault.delayMs);
        if (fault?.dropResponseAfterEffect) {
          record.dropped = true;
          sockets.get(session.remotePort)?.destroy();
          return '';
        }
        record.status = 250;
        return `2.0.0 Ok: queued as ${mail.id}`;
      });
    },
  });
  server.server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.on('close', () => sockets.delete(port));
  });
  // A client that goes away mid-sentence is its own affair.
  server.on('error', () => undefined);

  return {
    name: 'smtp',
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        server.server.once('error', reject);
        server.listen(port, host, () => resolve());
      });
      return (server.server.address() as AddressInfo).port;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.values()) socket.destroy();
        server.close(() => resolve());
      }),
    addAccount: () => accounts.add(),
    async setWebhook() {
      throw new ControlError(400, 'smtp calls nobody back');
    },
    simulations: {},
    reset: () => accounts.reset(),
  };
}

function answer<T>(callback: (error: Error | null, result?: T) => void, work: () => Promise<T>): void {
  work().then(
    (result) => callback(null, result),
    (thrown: unknown) => callback(thrown instanceof Error ? thrown : new Error(String(thrown))),
  );
}

function smtpRecord(
  at: Date,
  method: string,
  path: string,
  body: unknown,
  fault: string | null,
): RequestRecord {
  return {
    id: randomUUID(),
    vendor: 'smtp',
    at: at.toISOString(),
    method,
    path,
    query: {},
    headers: {},
    body,
    status: null,
    answer: null,
    effect: false,
    fault,
    dropped: false,
    durationMs: null,
  };
}

const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
