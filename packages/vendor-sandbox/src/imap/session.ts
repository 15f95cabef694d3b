import type { Socket } from 'node:net';
import type { MailAccount, MailAccounts } from '../mailbox/mail-accounts.ts';
import { type Argument, BadCommand, type ImapCommand } from './command.ts';
import { fetchAnswer, fetchItems } from './fetch.ts';
import type { Inbox, StoredMail } from './inbox.ts';
import { CommandReader } from './read-commands.ts';
import { inSet, search } from './selection.ts';

/** LITERAL+: RFC 7888; SASL-IR: RFC 4959; ID: RFC 2971; NAMESPACE: RFC 2342; IDLE: RFC 2177. */
const CAPABILITIES = 'IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN ID NAMESPACE IDLE';

/** A refusal: NO, with a response code where there is one (RFC 5530). */
class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A command in the log. */
export interface LoggedCommand {
  /** The status of a fault that refuses it. */
  readonly refusedWith: number | undefined;
  /** Writes down the answer's status; a fault may hold the answer back, or have the connection cut instead. */
  end(status: number): Promise<'answer' | 'dropped'>;
}

export interface SessionParts {
  readonly accounts: MailAccounts;
  readonly inboxOf: (account: MailAccount) => Inbox;
  /** Records a command and takes its fault. */
  readonly begin: (command: string, argument: string) => Promise<LoggedCommand>;
}

/** One client: not signed in, signed in, and with its INBOX selected (RFC 3501 section 3). */
export class ImapSession {
  readonly #reader: CommandReader;
  #account: MailAccount | undefined;
  #inbox: Inbox | undefined;
  /** How many mails the client was told there are. */
  #told = 0;
  #unwatch: () => void = () => {};
  #isIdling = false;
  #isOver = false;

  constructor(
    private readonly socket: Socket,
    private readonly parts: SessionParts,
  ) {
    this.#reader = new CommandReader(socket);
  }

  /** Resolves when the client has gone. */
  async run(): Promise<void> {
    const { refusedWith, end } = await this.parts.begin('CONNECT', this.socket.remoteAddress ?? '');
    if (refusedWith !== undefined) {
      this.socket.end('* BYE Unavailable\r\n');
      return;
    }
    if ((await end(200)) === 'dropped') return;
    this.#write(`* OK [CAPABILITY ${CAPABILITIES}] vendor sandbox ready`);
    try {
      while (!this.#isOver && (await this.#turn()));
    } finally {
      this.#unwatch();
      this.socket.end();
    }
  }

  async #turn(): Promise<boolean> {
    let command: ImapCommand | undefined;
    try {
      command = await this.#reader.command();
    } catch (thrown) {
      if (!(thrown instanceof BadCommand)) throw thrown;
      this.#write(`${thrown.tag} BAD ${thrown.message}`);
      return thrown.tag !== '*';
    }
    if (!command) return false;
    const { tag, name } = command;
    const { refusedWith, end } = await this.parts.begin(name, shownArgument(command));
    let [answer, status] = [`OK ${name} completed`, 200];
    try {
      if (refusedWith !== undefined) throw faultAnswer(tag, refusedWith);
      answer = (await this.#do(command)) ?? answer;
    } catch (thrown) {
      [answer, status] = refusal(thrown);
    }
    if ((await end(status)) === 'dropped') return false;
    this.#tellNews();
    this.#write(`${tag} ${answer}`);
    return name !== 'LOGOUT';
  }

  /** @returns the tagged answer after the tag, unless it is the ordinary one. @throws Refused, BadCommand */
  async #do(command: ImapCommand): Promise<string | undefined> {
    const { tag, name, arguments: given } = command;
    switch (name) {
      case 'CAPABILITY':
        return this.#say(`CAPABILITY ${CAPABILITIES}`);
      case 'NOOP':
      case 'CHECK':
        return undefined;
      case 'ID':
        return this.#say('ID ("name" "vendor sandbox")');
      case 'LOGOUT':
        return this.#say('BYE vendor sandbox signing off');
      case 'LOGIN':
        return this.#signIn(textOf(tag, given[0]), textOf(tag, given[1]));
      case 'AUTHENTICATE':
        return this.#authenticate(tag, given);
      default:
        break;
    }
    const account = this.#account;
    if (!account) throw new BadCommand(tag, 'sign in first');
    switch (name) {
      case 'NAMESPACE':
        return this.#say('NAMESPACE (("" "/")) NIL NIL');
      case 'LIST':
      case 'LSUB':
        return this.#list(name, textOf(tag, given[1]));
      case 'STATUS':
        return this.#status(account, textOf(tag, given[0]));
      case 'SELECT':
      case 'EXAMINE':
        return this.#select(account, name, textOf(tag, given[0]));
      default:
        break;
    }
    const inbox = this.#inbox;
    if (!inbox) throw new BadCommand(tag, `${name} is not known here, or needs a selected mailbox`);
    switch (name) {
      case 'CLOSE':
      case 'UNSELECT':
        return this.#unselect();
      case 'IDLE':
        return this.#idle(tag);
      case 'SEARCH':
      case 'UID SEARCH':
        return this.#search(tag, inbox, given, name === 'UID SEARCH');
      case 'FETCH':
      case 'UID FETCH':
        return this.#fetch(tag, inbox, given, name === 'UID FETCH');
      default:
        throw new BadCommand(tag, `${name} is not known here`);
    }
  }

  #signIn(username: string, password: string): string {
    this.#account = this.parts.accounts.signIn(username, password);
    if (!this.#account) throw new Refused(401, '[AUTHENTICATIONFAILED] Invalid credentials');
    return `OK [CAPABILITY ${CAPABILITIES}] signed in`;
  }

  /** PLAIN only (RFC 4616): authorisation id, user name and password, each after a NUL. */
  async #authenticate(tag: string, given: readonly Argument[]): Promise<string> {
    if (textOf(tag, given[0]).toUpperCase() !== 'PLAIN') throw new Refused(400, 'only PLAIN');
    let initial = given[1] === undefined ? undefined : textOf(tag, given[1]);
    if (initial === undefined) {
      this.socket.write('+ \r\n');
      initial = await this.#reader.line();
    }
    const [, username = '', password = ''] = Buffer.from(initial ?? '', 'base64')
      .toString('utf8')
      .split('\0');
    return this.#signIn(username, password);
  }

  #list(name: string, pattern: string): undefined {
    if (pattern === '') this.#write(`* ${name} (\\Noselect) "/" ""`);
    else if (['INBOX', '*', '%'].includes(pattern.toUpperCase())) {
      this.#write(`* ${name} (\\HasNoChildren) "/" INBOX`);
    }
    return undefined;
  }

  #status(account: MailAccount, mailbox: string): undefined {
    const { mails, uidNext, uidValidity } = this.#named(account, mailbox);
    const numbers = `MESSAGES ${mails.length} RECENT 0 UNSEEN ${mails.length} UIDNEXT ${uidNext} UIDVALIDITY ${uidValidity}`;
    return this.#say(`STATUS INBOX (${numbers})`);
  }

  #select(account: MailAccount, name: string, mailbox: string): string {
    this.#unselect();
    const inbox = this.#named(account, mailbox);
    this.#inbox = inbox;
    this.#unwatch = inbox.watch({
      arrived: () => {
        if (this.#isIdling) this.#tellNews();
      },
      // UIDVALIDITY may not change under a client that has the mailbox selected.
      rebuilt: () => this.#bye('the mailbox was rebuilt'),
    });
    this.#told = inbox.mails.length;
    for (const line of [
      `${this.#told} EXISTS`,
      '0 RECENT',
      'FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
      'OK [PERMANENTFLAGS ()] no flags are kept',
      `OK [UIDVALIDITY ${inbox.uidValidity}] UIDs valid`,
      `OK [UIDNEXT ${inbox.uidNext}] next UID`,
    ]) {
      this.#write(`* ${line}`);
    }
    return `OK [${name === 'EXAMINE' ? 'READ-ONLY' : 'READ-WRITE'}] ${name} completed`;
  }

  #named(account: MailAccount, mailbox: string): Inbox {
    if (mailbox.toUpperCase() !== 'INBOX') throw new Refused(404, '[NONEXISTENT] there is only INBOX');
    return this.parts.inboxOf(account);
  }

  #unselect(): undefined {
    this.#unwatch();
    this.#unwatch = () => {};
    this.#inbox = undefined;
    return undefined;
  }

  /** Tells of new mails until the client says DONE. */
  async #idle(tag: string): Promise<string> {
    this.#tellNews();
    this.#isIdling = true;
    this.socket.write('+ idling\r\n');
    try {
      const line = await this.#reader.line();
      if (line !== undefined && line.toUpperCase() !== 'DONE') throw new BadCommand(tag, 'DONE was expected');
      return 'OK IDLE terminated';
    } finally {
      this.#isIdling = false;
    }
  }

  #search(tag: string, { mails }: Inbox, keys: readonly Argument[], byUid: boolean): undefined {
    const found = search(mails, keys);
    if (!found) throw new BadCommand(tag, 'a search key is not known here');
    const numbers = found.map((mail) => (byUid ? mail.uid : mails.indexOf(mail) + 1));
    return this.#say(['SEARCH', ...numbers].join(' '));
  }

  #fetch(tag: string, { mails }: Inbox, given: readonly Argument[], byUid: boolean): undefined {
    const largest = byUid ? (mails.at(-1)?.uid ?? 0) : mails.length;
    const isIn = inSet(textOf(tag, given[0]), largest);
    const items = given[1] === undefined ? undefined : fetchItems(given[1], { withUid: byUid });
    if (!isIn || !items) throw new BadCommand(tag, 'a set or item is not known here');
    mails.forEach((mail: StoredMail, index) => {
      if (isIn(byUid ? mail.uid : index + 1)) this.socket.write(fetchAnswer(index + 1, mail, items));
    });
    return undefined;
  }

  #tellNews(): void {
    const count = this.#inbox?.mails.length ?? this.#told;
    if (count === this.#told) return;
    this.#told = count;
    this.#write(`* ${count} EXISTS`);
  }

  #bye(reason: string): void {
    this.#isOver = true;
    this.#write(`* BYE ${reason}`);
    this.socket.end();
  }

  #say(line: string): undefined {
    this.#write(`* ${line}`);
    return undefined;
  }

  #write(line: string): void {
    if (!this.socket.destroyed && this.socket.writable) this.socket.write(`${line}\r\n`, 'latin1');
  }
}

function textOf(tag: string, argument: Argument | undefined): string {
  if (typeof argument !== 'string') throw new BadCommand(tag, 'an argument is missing');
  // Names and passwords come as UTF-8.
  return Buffer.from(argument, 'latin1').toString('utf8');
}

/** What the log shows behind the command: never a password. */
function shownArgument({ tag, name, arguments: given }: ImapCommand): string {
  if (name === 'LOGIN') return typeof given[0] === 'string' ? textOf(tag, given[0]) : '';
  if (name === 'AUTHENTICATE') return typeof given[0] === 'string' ? given[0] : '';
  return given.map(shown).join(' ').slice(0, 200);
}

function shown(argument: Argument): string {
  return typeof argument === 'string' ? argument : `(${argument.map(shown).join(' ')})`;
}

function faultAnswer(tag: string, status: number): Error {
  if (status === 400) return new BadCommand(tag, 'refused');
  return new Refused(
    status,
    status === 401 ? '[AUTHENTICATIONFAILED] Invalid credentials' : '[UNAVAILABLE] Try again later',
  );
}

function refusal(thrown: unknown): [answer: string, status: number] {
  if (thrown instanceof Refused) return [`NO ${thrown.message}`, thrown.status];
  if (thrown instanceof BadCommand) return [`BAD ${thrown.message}`, 400];
  throw thrown;
}
