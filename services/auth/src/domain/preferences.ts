import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { refusal } from './refusal.ts';

/** The ways a person may be told something. */
export const CHANNELS = ['EMAIL', 'SMS', 'WHATSAPP', 'PUSH'] as const;
export type Channel = (typeof CHANNELS)[number];

/** When a person is left alone, by the clock on their wall; it may go past midnight. */
export interface QuietHours {
  /** Minutes since midnight. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** IANA. */
  readonly timeZone: string;
}

/** What a member wants in a workspace. */
@Entity({ tableName: 'preferences' })
export class Preferences {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) userId!: string;
  @Property({ type: 'json' }) channels!: readonly Channel[];
  @Property({ type: 'json', nullable: true }) quietHours!: QuietHours | null;
  /** Nothing of theirs goes to a language model. */
  @Property({ type: 'boolean' }) aiOptOut!: boolean;
  @Property({ type: 'datetime' }) updatedAt!: Date;
}

/** What holds for who said nothing. */
export const DEFAULT_PREFERENCES = {
  channels: ['EMAIL', 'PUSH'],
  quietHours: null,
  aiOptOut: false,
} as const satisfies Pick<Preferences, 'channels' | 'quietHours' | 'aiOptOut'>;

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** @throws AppError REJECTED (`TIME_INVALID`, `TIME_ZONE_UNKNOWN`, `QUIET_HOURS_EMPTY`). */
export function readQuietHours(from: string, to: string, timeZone: string): QuietHours {
  const [fromMinute, toMinute] = [
    minuteOf(from, 'input.quietHours.from'),
    minuteOf(to, 'input.quietHours.to'),
  ];
  if (fromMinute === toMinute) {
    throw refusal('QUIET_HOURS_EMPTY', 'Quiet hours begin and end at the same time.', 'input.quietHours');
  }
  if (!isTimeZone(timeZone)) {
    throw refusal(
      'TIME_ZONE_UNKNOWN',
      'Give a time zone such as Europe/Zurich.',
      'input.quietHours.timeZone',
    );
  }
  return { fromMinute, toMinute, timeZone };
}

/** `22:05` for 1325. */
export function timeOf(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function minuteOf(time: string, path: string): number {
  const [, hours, minutes] = TIME.exec(time) ?? [];
  if (hours === undefined) throw refusal('TIME_INVALID', 'Give a time such as 22:00.', path);
  return Number(hours) * 60 + Number(minutes);
}

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are zones to Intl; a person's wall clock knows summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
