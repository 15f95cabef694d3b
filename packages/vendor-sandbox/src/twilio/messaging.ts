import { hexId } from '../random-ids.ts';
import type { World } from '../world.ts';
import type { Message, MessageStatus, TwilioAccount } from './account.ts';
import { segmentCount } from './segments.ts';
import { sendSigned } from './signed-callback.ts';
import { unescapeXml } from './twiml.ts';

/** https://www.twilio.com/docs/messaging/guides/how-to-handle-opt-out: the words that need no set-up. */
const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START_WORDS = new Set(['START', 'YES', 'UNSTOP']);
const HELP_WORDS = new Set(['HELP', 'INFO']);

const TERMINAL: readonly MessageStatus[] = ['delivered', 'undelivered', 'failed', 'canceled', 'read'];

/** Moves messages along and calls the application back. */
export class TwilioMessaging {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Takes a message in: queued, then sent, then the outcome set for its receiver, or delivered. */
  accept(account: TwilioAccount, message: Message): void {
    account.messages.set(message.sid, message);
    this.#callStatus(account, message);
    const outcome = account.outcomes.get(message.to);
    this.#later(1, () => this.#advance(account, message, 'sent', null));
    if (outcome?.status === 'sent') return;
    this.#later(2, () =>
      this.#advance(account, message, outcome?.status ?? 'delivered', outcome?.errorCode ?? null),
    );
  }

  /** Sets a status from outside, whatever it was before, and reports it. */
  setStatus(account: TwilioAccount, message: Message, status: MessageStatus, errorCode: number | null): void {
    const now = this.#world.now();
    message.status = status;
    message.errorCode = errorCode;
    message.updatedAt = now;
    if (status !== 'failed') message.sentAt ??= now;
    this.#callStatus(account, message);
  }

  /**
   * An SMS from outside reaches one of the account's numbers. STOP and START change the opt-out list, and the
   * application hears of the message in every case.
   * https://www.twilio.com/docs/messaging/guides/webhook-request
   */
  receive(account: TwilioAccount, incoming: { from: string; to: string; body: string }): Message {
    const now = this.#world.now();
    const message: Message = {
      ...incoming,
      sid: `SM${hexId(32)}`,
      direction: 'inbound',
      mediaUrls: [],
      statusCallback: null,
      createdAt: now,
      updatedAt: now,
      sentAt: now,
      status: 'received',
      errorCode: null,
    };
    account.messages.set(message.sid, message);
    const optOutType = optOutTypeOf(incoming.body);
    if (optOutType === 'STOP') account.optOut(incoming.to, incoming.from);
    if (optOutType === 'START') account.optIn(incoming.to, incoming.from);

    const number = account.owned(incoming.to.replace(/^whatsapp:/, ''));
    if (number?.smsUrl) this.#callIncoming(account, message, number.smsUrl, optOutType);
    return message;
  }

  #later(steps: number, action: () => void): void {
    this.#world.timers.after(this.#world.stepDelayMs * steps, action);
  }

  #advance(account: TwilioAccount, message: Message, status: MessageStatus, errorCode: number | null): void {
    if (TERMINAL.includes(message.status)) return;
    this.setStatus(account, message, status, errorCode);
  }

  #callStatus(account: TwilioAccount, message: Message): void {
    if (message.statusCallback === null) return;
    const parameters: Record<string, string> = {
      AccountSid: account.sid,
      ApiVersion: '2010-04-01',
      From: message.from,
      MessageSid: message.sid,
      MessageStatus: message.status,
      SmsSid: message.sid,
      SmsStatus: message.status,
      To: message.to,
    };
    if (message.errorCode !== null) parameters.ErrorCode = String(message.errorCode);
    if (message.status === 'delivered') parameters.RawDlrDoneDate = dlrDate(message.updatedAt);
    const { status: kind, statusCallback: url } = message;
    sendSigned(this.#world, { account, kind, url, parameters });
  }

  #callIncoming(account: TwilioAccount, message: Message, url: string, optOutType: string | null): void {
    const parameters: Record<string, string> = {
      ToCountry: 'US',
      ToState: 'CA',
      SmsMessageSid: message.sid,
      NumMedia: '0',
      ToCity: '',
      FromZip: '',
      SmsSid: message.sid,
      FromState: 'CA',
      SmsStatus: 'received',
      FromCity: '',
      Body: message.body,
      FromCountry: 'US',
      To: message.to,
      ToZip: '',
      NumSegments: String(segmentCount(message.body)),
      MessageSid: message.sid,
      AccountSid: account.sid,
      From: message.from,
      ApiVersion: '2010-04-01',
    };
    if (optOutType) parameters.OptOutType = optOutType;
    sendSigned(this.#world, {
      account,
      kind: 'incoming-sms',
      url,
      parameters,
      onBody: (answer) => this.#reply(account, message, answer),
    });
  }

  /** TwiML's `<Message>` in the answer is sent back. https://www.twilio.com/docs/messaging/twiml/message */
  #reply(account: TwilioAccount, incoming: Message, answer: string): void {
    const body = /<Message[^>]*>\s*(?:<Body>)?([^<]+)/.exec(answer)?.[1]?.trim();
    if (!body || account.hasOptedOut(incoming.to, incoming.from)) return;
    const now = this.#world.now();
    this.accept(account, {
      sid: `SM${hexId(32)}`,
      direction: 'outbound-reply',
      from: incoming.to,
      to: incoming.from,
      body: unescapeXml(body),
      mediaUrls: [],
      statusCallback: null,
      createdAt: now,
      updatedAt: now,
      sentAt: null,
      status: 'queued',
      errorCode: null,
    });
  }
}

function optOutTypeOf(body: string): 'STOP' | 'START' | 'HELP' | null {
  const word = body.trim().toUpperCase();
  if (STOP_WORDS.has(word)) return 'STOP';
  if (START_WORDS.has(word)) return 'START';
  return HELP_WORDS.has(word) ? 'HELP' : null;
}

/** YYMMDDhhmm. */
const dlrDate = (date: Date): string => date.toISOString().slice(2, 16).replace(/\D/g, '');
