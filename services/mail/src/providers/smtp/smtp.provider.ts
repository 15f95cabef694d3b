import { Readable } from 'node:stream';
import { type ProviderCall, reveal } from '@switchboard/providers';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import type { MailProvider, MailReceipt, OutgoingMail } from '../mail-provider.ts';
import { smtpTarget } from './smtp.address.ts';
import { toProviderError } from './smtp.errors.ts';
import { type RecipientError, toComposerOptions, toRefused } from './smtp.mapping.ts';

const TIMEOUT_MS = 5_000;

/**
 * Any mail server by nodemailer. Its connection is used instead of its transport, because only the connection
 * shows when the server begins to receive the mail, and with it what a broken connection means.
 */
export const smtpProvider: MailProvider & Required<Pick<MailProvider, 'sender' | 'checker'>> = {
  id: 'smtp',
  sender: {
    async send(mail, call) {
      let dataBegun = false;
      const message = (raw: Buffer): Readable =>
        new Readable({
          // Read for the first time after the server's answer to DATA.
          read() {
            dataBegun = true;
            this.push(raw);
            this.push(null);
          },
        });
      try {
        return await deliver(mail, call, message);
      } catch (thrown) {
        const refused = refusedIn(thrown);
        if (refused) return { providerMessageId: undefined, refused };
        throw toProviderError(thrown, { dataBegun });
      }
    },
  },
  checker: {
    async check(call) {
      try {
        (await open(call)).quit();
      } catch (thrown) {
        throw toProviderError(thrown, { dataBegun: false });
      }
    },
  },
};

async function deliver(
  mail: OutgoingMail,
  call: ProviderCall,
  message: (raw: Buffer) => Readable,
): Promise<MailReceipt> {
  const raw = await new MailComposer(toComposerOptions(mail)).compile().build();
  const connection = await open(call);
  try {
    const envelope = {
      from: mail.from,
      to: mail.recipients.map(({ address }) => address),
      size: raw.length,
    };
    const info = await inTime<SMTPConnectionSendInfo>(connection, call.signal, (done) =>
      connection.send(envelope, message(raw), done),
    );
    return {
      providerMessageId: info.serverMessageId ?? mail.internetMessageId,
      refused: (info.rejectedErrors ?? []).map((error) => toRefused(error as RecipientError)),
    };
  } finally {
    connection.quit();
  }
}

async function open({ credential, signal }: ProviderCall): Promise<SMTPConnection> {
  const target = await smtpTarget(credential);
  const connection = new SMTPConnection({
    host: target.host,
    port: target.port,
    secure: target.secure,
    servername: target.servername,
    requireTLS: target.requireTls,
    ignoreTLS: credential.sandbox,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    allowInternalNetworkInterfaces: credential.sandbox,
  });
  try {
    await inTime(connection, signal, (done) => connection.connect((error) => done(error ?? null)));
    const user = reveal(credential, 'username');
    const pass = reveal(credential, 'password');
    await inTime(connection, signal, (done) => connection.login({ user, pass }, (error) => done(error)));
    return connection;
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

/** One step of the conversation. It ends by its answer, by the connection's failure, or when the time is up. */
function inTime<T>(
  connection: SMTPConnection,
  signal: AbortSignal,
  begin: (done: (error: Error | null, result?: T) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason);
      connection.close();
    };
    const release = (): void => {
      signal.removeEventListener('abort', onAbort);
      connection.off('error', onError);
      // A connection that fails after its work is done must not end the process.
      connection.on('error', () => {});
    };
    const onError = (error: Error): void => {
      release();
      reject(error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    connection.once('error', onError);
    if (signal.aborted) return onAbort();
    begin((error, result) => {
      release();
      if (error) reject(error);
      else resolve(result as T);
    });
  });
}

/** Set when the server refused every recipient for good: then the mail has bounced, which is an outcome. */
function refusedIn(thrown: unknown): MailReceipt['refused'] | undefined {
  if (!(thrown instanceof Error) || !('rejectedErrors' in thrown)) return undefined;
  const errors = thrown.rejectedErrors as readonly RecipientError[];
  const isFinal = errors.length > 0 && errors.every(({ responseCode = 0 }) => responseCode >= 500);
  return isFinal ? errors.map(toRefused) : undefined;
}
