import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { DAY_MS, MINUTE_MS, SECOND_MS } from './clock.ts';

/** What is asked of the data that is kept: a copy of it, or its end. */
export const DATA_REQUEST_KINDS = ['EXPORT', 'ERASURE'] as const;
export type DataRequestKind = (typeof DATA_REQUEST_KINDS)[number];

/** Whose data it is: one person's, or a whole workspace's. */
export const DATA_REQUEST_SCOPES = ['USER', 'WORKSPACE'] as const;
export type DataRequestScope = (typeof DATA_REQUEST_SCOPES)[number];

/**
 * - `SCHEDULED`: an erasure that can be taken back until it is due.
 * - `RUNNING`: services do their share.
 * - `DONE`: the copy can be fetched, or nothing is left.
 * - `CANCELLED`: taken back in time.
 * - `EXPIRED`: the copy is gone.
 */
export const DATA_REQUEST_STATES = ['SCHEDULED', 'RUNNING', 'DONE', 'CANCELLED', 'EXPIRED'] as const;
export type DataRequestState = (typeof DATA_REQUEST_STATES)[number];

/** Who has to answer before a request is done. */
export const DATA_SERVICES = ['auth', 'audit', 'billing', 'mail', 'meetings', 'telephony'] as const;
export type DataService = (typeof DATA_SERVICES)[number];

/** Callers are remembered for seconds: by then nobody acts any more for what is being erased. */
export const SETTLE_MS = 10 * SECOND_MS;
/** A request is stated again this often to whoever has not answered. */
export const REPEAT_MS = DAY_MS;
/** Auth erases last; what it waits for takes seconds, or as long as a vendor is out of reach. */
export const LAST_REPEAT_MS = 5 * MINUTE_MS;
/** A copy can be fetched this long. */
export const EXPORT_KEPT_MS = 7 * DAY_MS;

/** A copy of somebody's data that was asked for, or its end. */
@Entity({ tableName: 'data_requests' })
export class DataRequest {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) kind!: DataRequestKind;
  @Property({ type: 'text' }) scope!: DataRequestScope;
  /** The workspace it is about, or the one that the person asked from. Its events belong to it. */
  @Property({ type: 'text' }) workspaceId!: string;
  /** The person it is about; null for a workspace. */
  @Property({ type: 'text', nullable: true }) userId!: string | null;
  @Property({ type: 'text' }) requestedByUserId!: string;
  /** The person's address, which the services look for; null for a workspace, and once the request is done. */
  @Property({ type: 'text', nullable: true, hidden: true }) email!: string | null;
  /** What the person or the workspace had connected when the request began to be carried out. */
  @Property({ type: 'json' }) connectionIds!: readonly string[];
  @Property({ type: 'text' }) state!: DataRequestState;
  @Property({ type: 'datetime' }) requestedAt!: Date;
  @Property({ type: 'datetime' }) dueAt!: Date;
  /** When it is to be stated next; null unless it is running. */
  @Property({ type: 'datetime', nullable: true }) announceAt!: Date | null;
  @Property({ type: 'datetime', nullable: true }) completedAt!: Date | null;
  /** When a copy is thrown away; null before it is complete, and for an erasure. */
  @Property({ type: 'datetime', nullable: true }) expiresAt!: Date | null;
}

/** Whether the copy of a request can be fetched. */
export function isFetchable({ kind, state, expiresAt }: DataRequest, now: Date): boolean {
  return kind === 'EXPORT' && state === 'DONE' && expiresAt !== null && expiresAt > now;
}
