import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { z } from 'zod';
import { ControlError } from '../control/control-error.ts';
import type { MailAccount, MailAccounts } from '../mailbox/mail-accounts.ts';
import type { RequestRecord } from '../traffic/request-log.ts';
import { PLATFORM_ACCOUNT, simulation, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { composeMail, incomingMail } from './compose-mail.ts';
import { Inbox } from './inbox.ts';
import { ImapSession, type LoggedCommand } from './session.ts';

/** A vendor with a server of its own. */
export interface ImapVendor extends Vendor {
  /** Answers the port that was taken. */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
  /** Puts a message into the INBOX of the account with this address, if there is one. */
  deliver(address: string, raw: Buffer): void;
}

/**
 * IMAP (RFC 3501) without TLS, for reading the INBOX of the accounts that SMTP knows. Commands appear in the request log
 * as "CONNECT address", "LOGIN user", "EXAMINE INBOX", "UID FETCH 1:5 (UID …)" and so on, and faults match on that.
 */
export function createImap(world: World, accounts: MailAccounts): ImapVendor {
  const inboxes = new Map<string, Inbox>();
  const sockets = new Set<Socket>();
  let rebuilds = 0;

  const inboxOf = ({ username }: MailAccount): Inbox => {
    const known = inboxes.get(username);
    if (known) return known;
    rebuilds += 1;
    // Another one each time the sandbox forgets its mails: what was read before means nothing any more.
    const made = new Inbox(Math.floor(world.now().getTime() / 1_000) + rebuilds);
    inboxes.set(username, made);
    return made;
  };

  const begin = async (command: string, argument: string, socket: Socket): Promise<LoggedCommand> => {
    const fault = world.faults.takeForRequest('imap', command, argument);
    const record = imapRecord(world.now(), command, argument, fault?.id ?? null);
    world.requests.add(record);
    const beginning = performance.now();
    if (fault?.status !== undefined && fault.delayMs) await sleep(fault.delayMs);
    return {
      refusedWith: fault?.status,
      async end(status) {
        if (fault?.delayMs && fault.status === undefined) await sleep(fault.delayMs);
        record.durationMs = Math.round(performance.now() - beginning);
        if (fault?.dropResponseAfterEffect) {
          record.dropped = true;
          socket.destroy();
          return 'dropped';
        }
        record.status = status;
        return 'answer';
      },
    };
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away mid-sentence is its own affair.
    socket.on('error', () => undefined);
    const parts = {
      accounts,
      inboxOf,
      begin: (command: string, argument: string) => begin(command, argument, socket),
    };
    new ImapSession(socket, parts).run().catch(() => socket.destroy());
  });

  const accountNamed = (name: string): MailAccount => {
    const account = accounts.find(name);
    if (!account) throw new ControlError(404, `there is no mail account ${name}`);
    return account;
  };

  return {
    name: 'imap',
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => resolve());
      });
      return (server.address() as AddressInfo).port;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
    deliver(address, raw) {
      const account = accounts.find(address);
      if (account) inboxOf(account).append(raw, world.now());
    },
    addAccount: () => accounts.add(),
    async setWebhook() {
      throw new ControlError(400, 'imap calls nobody back');
    },
    simulations: {
      /** Somebody writes to the account. */
      'incoming-mail': simulation(incomingMail, async (input) => {
        const account = accountNamed(input.account);
        const inbox = inboxOf(account);
        const uids: number[] = [];
        for (let n = 0; n < input.times; n += 1) {
          const raw = await composeMail(input, account.username);
          uids.push(inbox.append(raw, world.now()).uid);
        }
        return { account: account.name, uidValidity: inbox.uidValidity, uids };
      }),
      /** The server rebuilds the mailbox: the same mails have other UIDs, under another UIDVALIDITY. */
      'uid-validity': simulation(
        z.strictObject({ account: z.string().min(1).default(PLATFORM_ACCOUNT) }),
        (input) => {
          const inbox = inboxOf(accountNamed(input.account));
          inbox.rebuild();
          return { uidValidity: inbox.uidValidity, uidNext: inbox.uidNext };
        },
      ),
    },
    reset() {
      accounts.reset();
      for (const socket of sockets) socket.destroy();
      inboxes.clear();
    },
  };
}

function imapRecord(at: Date, method: string, path: string, fault: string | null): RequestRecord {
  return {
    id: randomUUID(),
    vendor: 'imap',
    at: at.toISOString(),
    method,
    path,
    query: {},
    headers: {},
    body: null,
    status: null,
    answer: null,
    effect: false,
    fault,
    dropped: false,
    durationMs: null,
  };
}

const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
