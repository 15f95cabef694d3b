import { OptionalProps } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { MailMessage } from './mail-message.ts';

/** What can be said of a mail over time. Some kinds change its status; opening and clicking never do. */
export const TimelineKind = {
  QUEUED: 'QUEUED',
  RECEIVED: 'RECEIVED',
  SENT: 'SENT',
  PROCESSED: 'PROCESSED',
  DEFERRED: 'DEFERRED',
  DELIVERED: 'DELIVERED',
  BOUNCED: 'BOUNCED',
  DROPPED: 'DROPPED',
  FAILED: 'FAILED',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  OPENED: 'OPENED',
  CLICKED: 'CLICKED',
  UNSUBSCRIBED: 'UNSUBSCRIBED',
  COMPLAINED: 'COMPLAINED',
} as const;
export type TimelineKind = keyof typeof TimelineKind;

/** One line of a mail's history. */
@Entity({ tableName: 'mail_timeline' })
export class TimelineEntry {
  declare readonly [OptionalProps]?: 'detail' | 'providerEventId' | 'at';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @ManyToOne({ entity: () => MailMessage, fieldName: 'message_id' }) message!: MailMessage;
  @Property({ type: 'datetime' }) at = new Date();
  @Property({ type: 'text' }) kind!: TimelineKind;
  /** In words, such as the recipient and the other server's reason. */
  @Property({ type: 'text', nullable: true }) detail: string | null = null;
  /** The vendor's id of the event, by which a repetition is known. */
  @Property({ type: 'text', nullable: true }) providerEventId: string | null = null;
}

/** What comes first within one second; ours, the vendor's, the recipient's. */
const STAGES: readonly (readonly TimelineKind[])[] = [
  ['QUEUED', 'RECEIVED'],
  ['SENT', 'FAILED', 'OUTCOME_UNKNOWN'],
  ['PROCESSED'],
  ['DEFERRED'],
  ['DELIVERED', 'BOUNCED', 'DROPPED'],
  ['OPENED'],
  ['CLICKED'],
  ['UNSUBSCRIBED', 'COMPLAINED'],
];
const OURS = 2;

/**
 * A history, oldest line first. Vendors tell whole seconds (SendGrid: `timestamp`), so what they say of a mail can seem
 * older than our own lines: those come first, and within a second the stage decides.
 */
export function inOrder<Entry extends Pick<TimelineEntry, 'id' | 'at' | 'kind'>>(
  entries: readonly Entry[],
): Entry[] {
  const placed = entries.map((entry) => {
    const stage = STAGES.findIndex((kinds) => kinds.includes(entry.kind));
    return { entry, isVendors: stage >= OURS, second: Math.floor(entry.at.getTime() / 1_000), stage };
  });
  placed.sort(
    (a, b) =>
      Number(a.isVendors) - Number(b.isVendors) ||
      a.second - b.second ||
      a.stage - b.stage ||
      a.entry.at.getTime() - b.entry.at.getTime() ||
      (a.entry.id < b.entry.id ? -1 : 1),
  );
  return placed.map(({ entry }) => entry);
}
