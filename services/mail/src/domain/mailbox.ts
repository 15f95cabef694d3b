import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * How the reading of a mailbox fares.
 * - `WAITING`: nobody has looked at it yet.
 * - `READING`: it is read.
 * - `FAILING`: the server could not be used; it is tried again.
 * - `REFUSED`: the server refuses the user name or password.
 * - `OFF`: the connection names no mailbox.
 */
export const MailboxState = {
  WAITING: 'WAITING',
  READING: 'READING',
  FAILING: 'FAILING',
  REFUSED: 'REFUSED',
  OFF: 'OFF',
} as const;
export type MailboxState = keyof typeof MailboxState;

/** The INBOX of a connection, and how far it has been read. */
@Entity({ tableName: 'mailboxes' })
export class Mailbox {
  declare readonly [OptionalProps]?:
    | 'state'
    | 'uidValidity'
    | 'lastUid'
    | 'startedAt'
    | 'rebuiltUntil'
    | 'takenSince'
    | 'lastSyncedAt'
    | 'lastErrorCode'
    | 'failures'
    | 'createdAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) connectionId!: string;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'text' }) state: MailboxState = 'WAITING';
  /** UIDs mean something under this value only (RFC 3501 section 2.3.1.1); null before the first look. */
  @Property({ type: 'text', nullable: true }) uidValidity: string | null = null;
  /** Everything up to this UID was taken, or was there before the first look. */
  @Property({ type: 'double' }) lastUid = 0;
  /** When it was looked at first. */
  @Property({ type: 'datetime', nullable: true }) startedAt: Date | null = null;
  /** After the server rebuilt the mailbox: up to this UID only what came since `takenSince` is taken. */
  @Property({ type: 'double', nullable: true }) rebuiltUntil: number | null = null;
  @Property({ type: 'datetime', nullable: true }) takenSince: Date | null = null;
  @Property({ type: 'datetime', nullable: true }) lastSyncedAt: Date | null = null;
  @Property({ type: 'text', nullable: true }) lastErrorCode: string | null = null;
  /** Tries in a row that failed. */
  @Property({ type: 'integer' }) failures = 0;
  @Property({ type: 'datetime' }) createdAt = new Date();
}
