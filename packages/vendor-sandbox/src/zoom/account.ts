import { randomBytes } from 'node:crypto';
import { BoundedMap } from '../bounded.ts';
import { base64UrlId, digitsId } from '../random-ids.ts';
import type { Occurrence, Recurrence } from './occurrences.ts';

export type MeetingType = 1 | 2 | 3 | 8 | 10;

/** A meeting as the account keeps it. Times are UTC. */
export interface Meeting {
  /** Ten or eleven digits: more than 32 bits. */
  readonly id: number;
  readonly uuid: string;
  readonly createdAt: Date;
  type: MeetingType;
  topic: string;
  agenda: string;
  startTime: Date | null;
  durationMinutes: number;
  timeZone: string;
  password: string;
  settings: Record<string, unknown>;
  recurrence: Recurrence | null;
  occurrences: Occurrence[];
  status: 'waiting' | 'started';
  startedAt: Date | null;
  endedAt: Date | null;
}

const MEETINGS_MAX = 10_000;

/** One Zoom account with its only user, who hosts every meeting. */
export class ZoomAccount {
  readonly name: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly webhookSecretToken: string;
  readonly userId = base64UrlId(16);
  readonly email: string;
  readonly createdAt: Date;
  readonly meetings = new BoundedMap<number, Meeting>(MEETINGS_MAX);
  readonly pages = new BoundedMap<string, { offset: number; filter: string; expiresAt: number }>(1_000);
  /** Meetings created or changed, by day. */
  readonly writesByDay = new BoundedMap<string, number>(10);
  webhookUrl: string | null;
  /** When the endpoint last proved that it knows the secret; 0 for never. */
  validatedAtMs = 0;
  validation: Promise<boolean> | null = null;

  constructor(details: {
    name: string;
    accountId: string;
    clientId: string;
    clientSecret: string;
    webhookSecretToken: string;
    webhookUrl: string | null;
    createdAt: Date;
    /** Of the account's only user; made up when absent. */
    email?: string;
  }) {
    this.name = details.name;
    this.accountId = details.accountId;
    this.clientId = details.clientId;
    this.clientSecret = details.clientSecret;
    this.webhookSecretToken = details.webhookSecretToken;
    this.webhookUrl = details.webhookUrl;
    this.createdAt = details.createdAt;
    this.email = details.email ?? `host@${details.accountId.toLowerCase()}.zoom.test`;
  }

  newMeetingId(): number {
    let id = 8e10 + digitsId(9);
    while (this.meetings.has(id)) id = 8e10 + digitsId(9);
    return id;
  }
}

/** A UUID of Zoom's kind: base64, so it may hold `/`, `+` and `=`. */
export const meetingUuid = (): string => randomBytes(16).toString('base64');
