import { BoundedMap } from '../bounded.ts';
import { hexId } from '../random-ids.ts';
import type { Call, CallOutcome } from './call.ts';

/** Final state that messages to a number reach. */
export interface DeliveryOutcome {
  readonly status: MessageStatus;
  readonly errorCode: number | null;
}

/** https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
export const MESSAGE_STATUSES = [
  'accepted',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'receiving',
  'received',
  'delivered',
  'undelivered',
  'failed',
  'read',
  'canceled',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** A message as the account keeps it. */
export interface Message {
  readonly sid: string;
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-reply';
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly statusCallback: string | null;
  readonly createdAt: Date;
  updatedAt: Date;
  sentAt: Date | null;
  status: MessageStatus;
  errorCode: number | null;
}

/** A number the account owns, with the addresses that it calls. */
export interface OwnedNumber {
  readonly sid: string;
  readonly phoneNumber: string;
  friendlyName: string;
  smsUrl: string;
  smsMethod: string;
  smsFallbackUrl: string;
  voiceUrl: string;
  voiceMethod: string;
  statusCallback: string;
  statusCallbackMethod: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

const MESSAGES_MAX = 10_000;
const CALLS_MAX = 10_000;

/** One Twilio account: its numbers, messages, calls and opt-outs. */
export class TwilioAccount {
  readonly name: string;
  readonly sid: string;
  readonly authToken: string;
  readonly createdAt: Date;
  readonly numbers: OwnedNumber[];
  readonly messages = new BoundedMap<string, Message>(MESSAGES_MAX);
  /** Outcomes set for single receivers. */
  readonly outcomes = new Map<string, DeliveryOutcome>();
  readonly calls = new BoundedMap<string, Call>(CALLS_MAX);
  /** How calls to single numbers go. */
  readonly callOutcomes = new Map<string, CallOutcome>();
  readonly #optOuts = new Set<string>();

  constructor(details: {
    name: string;
    sid: string;
    authToken: string;
    phoneNumbers: readonly string[];
    smsUrl: string;
    createdAt: Date;
  }) {
    this.name = details.name;
    this.sid = details.sid;
    this.authToken = details.authToken;
    this.createdAt = details.createdAt;
    this.numbers = details.phoneNumbers.map((phoneNumber) => ({
      sid: `PN${hexId(32)}`,
      phoneNumber,
      friendlyName: phoneNumber,
      smsUrl: details.smsUrl,
      smsMethod: 'POST',
      smsFallbackUrl: '',
      voiceUrl: '',
      voiceMethod: 'POST',
      statusCallback: '',
      statusCallbackMethod: 'POST',
      createdAt: details.createdAt,
      updatedAt: details.createdAt,
    }));
  }

  owned(phoneNumber: string): OwnedNumber | undefined {
    return this.numbers.find((number) => number.phoneNumber === phoneNumber);
  }

  hasOptedOut(ownNumber: string, peer: string): boolean {
    return this.#optOuts.has(`${ownNumber} ${peer}`);
  }

  optOut(ownNumber: string, peer: string): void {
    this.#optOuts.add(`${ownNumber} ${peer}`);
  }

  optIn(ownNumber: string, peer: string): void {
    this.#optOuts.delete(`${ownNumber} ${peer}`);
  }
}
