import { AppError } from '@switchboard/errors';
import { type Credential, type ProviderCall, reveal } from '@switchboard/providers';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { INCOMING_BYTES_MAX, INCOMING_FAULTS, type IncomingMail } from '../../domain/incoming-mail.ts';
import type { MailboxStanding, MailHead, MailProvider, OpenMailbox } from '../mail-provider.ts';
import { type ImapTarget, imapTarget, namesMailbox } from './imap.address.ts';
import { toProviderError } from './imap.errors.ts';
import { HEAD_BYTES, toHeadOfMail, toIncomingMail } from './imap.mapping.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** For an answer of a few lines. */
const COMMAND_TIMEOUT_MS = 15_000;
/** For a whole mail of 25 MB, on a slow line. */
const READ_TIMEOUT_MS = 120_000;
const LOGOUT_TIMEOUT_MS = 1_000;
/** Longer than between two looks: every command has a time of its own. */
const SILENCE_MS = 11 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Of an answer around what it carries; a search that finds everything is one line. */
const RESPONSE_FRAME_BYTES = 8 * 1_024 * 1_024;

/** Reads mailboxes by IMAP (imapflow). They are opened read-only: nothing there is changed, no mail is marked as seen. */
export const imapProvider: MailProvider & Required<Pick<MailProvider, 'reader'>> = {
  id: 'imap',
  reader: {
    namesMailbox,
    async open(call) {
      const client = await clientOf(call);
      const onAbort = (): void => client.close();
      call.signal.addEventListener('abort', onAbort, { once: true });
      try {
        call.signal.throwIfAborted();
        await client.connect();
        return new ImapMailbox(client);
      } catch (thrown) {
        client.close();
        throw toProviderError('open', thrown);
      } finally {
        call.signal.removeEventListener('abort', onAbort);
      }
    },
  },
};

async function clientOf({ credential }: ProviderCall): Promise<ImapFlow> {
  const client = new ImapFlow(optionsFor(await imapTarget(credential), credential));
  // A connection that fails between two commands is noticed by the next one; unheard it would end the process.
  client.on('error', () => {});
  return client;
}

/** How imapflow is to connect. */
export function optionsFor(target: ImapTarget, credential: Credential): ImapFlowOptions {
  return {
    host: target.host,
    port: target.port,
    servername: target.servername,
    secure: target.secure,
    doSTARTTLS: target.startTls,
    auth: { user: reveal(credential, 'username'), pass: reveal(credential, 'password') },
    clientInfo: { name: 'Switchboard' },
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    // What a server may make us hold: a whole mail, and no more.
    maxLiteralSize: INCOMING_BYTES_MAX + 1_024,
    maxResponseSize: INCOMING_BYTES_MAX + RESPONSE_FRAME_BYTES,
    maxLineLength: RESPONSE_FRAME_BYTES,
    // It would log what is sent, and decide for itself when to idle.
    logger: false,
    disableAutoIdle: true,
  };
}

class ImapMailbox implements OpenMailbox {
  #hasNews = false;

  constructor(private readonly client: ImapFlow) {
    client.on('exists', () => {
      this.#hasNews = true;
    });
  }

  look(): Promise<MailboxStanding> {
    return this.#command('look', COMMAND_TIMEOUT_MS, async () => {
      this.#hasNews = false;
      const { uidValidity, uidNext } = await this.client.mailboxOpen('INBOX', { readOnly: true });
      return { uidValidity: String(uidValidity), uidNext: uidNext || (await this.#lastUid()) + 1 };
    });
  }

  /** For a server that does not say what comes next. */
  async #lastUid(): Promise<number> {
    const found = await this.client.search({ uid: '1:*' }, { uid: true });
    return (found || []).at(-1) ?? 0;
  }

  uids({ from, to, since }: { from: number; to?: number; since?: Date }): Promise<number[]> {
    return this.#command('search', COMMAND_TIMEOUT_MS, async () => {
      // SINCE compares days of the server's own time (RFC 3501 section 6.4.4).
      const earlier = since && { since: new Date(since.getTime() - DAY_MS) };
      const range = { uid: `${from}:${to ?? '*'}`, ...earlier };
      const found = await this.client.search(range, { uid: true });
      // How the library says that the server would not; nothing found is an empty list.
      if (!found) throw new AppError('UNAVAILABLE', 'the IMAP server did not search');
      // "5:*" also finds the last one where that is 4 (RFC 3501 section 6.4.8).
      return found.filter((uid) => uid >= from && uid <= (to ?? uid)).toSorted((a, b) => a - b);
    });
  }

  heads(uids: readonly number[]): Promise<MailHead[]> {
    return this.#command('heads', COMMAND_TIMEOUT_MS, async () => {
      if (uids.length === 0) return [];
      const query = { uid: true, size: true, internalDate: true };
      const found = await this.client.fetchAll(uids.join(','), query, { uid: true });
      return found
        .map(({ uid, size = 0, internalDate }) => ({ uid, bytes: size, arrivedAt: dateOf(internalDate) }))
        .toSorted((a, b) => a.uid - b.uid);
    });
  }

  async read({ uid, bytes }: MailHead): Promise<IncomingMail | undefined> {
    const isTooLarge = bytes > INCOMING_BYTES_MAX;
    // One byte more than allowed: what the server said of the size is not relied on.
    const maxLength = isTooLarge ? HEAD_BYTES : INCOMING_BYTES_MAX + 1;
    const source = await this.#command('read', READ_TIMEOUT_MS, async () => {
      const found = await this.client.fetchOne(
        String(uid),
        { source: { start: 0, maxLength } },
        { uid: true },
      );
      return found ? (found.source ?? Buffer.alloc(0)) : undefined;
    });
    if (!source) return undefined;
    if (isTooLarge || source.length > INCOMING_BYTES_MAX)
      return toHeadOfMail(source, INCOMING_FAULTS.tooLarge);
    return toIncomingMail(source);
  }

  async untilNews(waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#hasNews || signal.aborted || !this.client.usable) return;
    let timer: NodeJS.Timeout | undefined;
    let done: () => void = () => {};
    await new Promise<void>((resolve) => {
      done = resolve;
      timer = setTimeout(resolve, waitMs);
      this.client.on('exists', done);
      this.client.on('close', done);
      signal.addEventListener('abort', done, { once: true });
      // Ended by the next command. A server that cannot idle is looked at when the time is over.
      this.client.idle().catch(() => {});
    });
    clearTimeout(timer);
    this.client.off('exists', done);
    this.client.off('close', done);
    signal.removeEventListener('abort', done);
  }

  async close(): Promise<void> {
    if (this.client.usable) await within(LOGOUT_TIMEOUT_MS, this.client.logout()).catch(() => {});
    this.client.close();
  }

  #requireUsable(): void {
    if (!this.client.usable) throw new AppError('UNAVAILABLE', 'the IMAP connection is closed');
  }

  async #command<T>(operation: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
    try {
      this.#requireUsable();
      const result = await within(timeoutMs, work());
      // Without a mailbox the library answers that nothing is there.
      this.#requireUsable();
      return result;
    } catch (thrown) {
      this.client.close();
      throw toProviderError(operation, thrown);
    }
  }
}

/** @throws AppError UNAVAILABLE when it takes longer. */
async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('UNAVAILABLE', 'the IMAP server took too long')), timeoutMs);
  });
  // Whoever loses the race is heard by nobody.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function dateOf(internalDate: Date | string | undefined): Date {
  const at = new Date(internalDate ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? new Date() : at;
}
