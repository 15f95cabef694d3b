import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { ConnectionState, Health } from './health.ts';
import { type Secrets, type ShownValue, type Vendor, withoutPrevious } from './vendors.ts';

/** Whom a connection belongs to, widest first. The narrowest one is lent. */
export const OWNER_KINDS = ['PLATFORM', 'WORKSPACE', 'USER'] as const;
export type OwnerKind = (typeof OWNER_KINDS)[number];

/** The workspace of rows that belong to the installation itself. */
export const PLATFORM_WORKSPACE = 'platform';

/**
 * An account at a vendor. Rows of the platform carry health only where their secrets are configuration, which never reaches
 * the database; what a person connected for the whole installation has its grant here like any other.
 */
@Entity({ tableName: 'connections' })
export class Connection {
  @PrimaryKey({ type: 'text' }) id!: string;
  /** `platform` for the installation's own. */
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) ownerKind!: OwnerKind;
  /** Set when `ownerKind` is USER. */
  @Property({ type: 'text', nullable: true }) userId!: string | null;
  @Property({ type: 'text' }) vendor!: Vendor;
  @Property({ type: 'text' }) name!: string;
  /** Whether it leads to the vendor sandbox. */
  @Property({ type: 'boolean' }) sandbox!: boolean;
  /** Made by a test key: lent to test callers only, so that a test never redirects live traffic. */
  @Property({ type: 'boolean' }) testOnly!: boolean;
  /** Ciphertext of the secrets; null for what the configuration names. */
  @Property({ type: 'text', nullable: true, hidden: true }) secretsSealed!: string | null;
  /** Until when the values before, which callbacks may still be signed with, are lent; null for as long as they are kept. */
  @Property({ type: 'datetime', nullable: true }) previousUntil!: Date | null;
  /** What may be shown of the secrets. */
  @Property({ type: 'json' }) shown!: readonly ShownValue[];
  @Property({ type: 'text' }) state!: ConnectionState;
  @Property({ type: 'datetime' }) stateSince!: Date;
  @Property({ type: 'text', nullable: true }) lastErrorCode!: string | null;
  @Property({ type: 'datetime', nullable: true }) lastSuccessAt!: Date | null;
  /** When a connection by a form is tried by itself; null while it is not. */
  @Property({ type: 'datetime', nullable: true }) nextCheckAt!: Date | null;
  /** Tries in a row that failed. */
  @Property({ type: 'integer' }) checkFailures!: number;
  /** The vendor's name for the account; set for a connection by consent, and only for those. */
  @Property({ type: 'text', nullable: true }) accountId!: string | null;
  /** What was granted. */
  @Property({ type: 'json', nullable: true }) scopes!: readonly string[] | null;
  @Property({ type: 'datetime', nullable: true }) tokenExpiresAt!: Date | null;
  /** When the vendor last gave a token. */
  @Property({ type: 'datetime', nullable: true }) refreshedAt!: Date | null;
  /** When the token was last lent, to within a minute. */
  @Property({ type: 'datetime', nullable: true }) lentAt!: Date | null;
  /** After a failed refresh: not before. */
  @Property({ type: 'datetime', nullable: true }) retryAt!: Date | null;
  @Property({ type: 'integer' }) retries!: number;
  /** Counts the vendor's answers: whoever waits for the next token sees by it that it came. */
  @Property({ type: 'integer' }) tokenGeneration!: number;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime' }) updatedAt!: Date;
}

/** What a connection by a form leaves empty. */
export const NO_CONSENT = {
  accountId: null,
  scopes: null,
  tokenExpiresAt: null,
  refreshedAt: null,
  lentAt: null,
  retryAt: null,
  retries: 0,
  tokenGeneration: 0,
} as const;

/** What is to be lent of a connection's opened secrets: values before only while they are believed. */
export function secretsAt(connection: Connection, opened: Secrets, now: Date): Secrets {
  const isOver = connection.previousUntil !== null && connection.previousUntil <= now;
  return isOver ? withoutPrevious(connection.vendor, opened) : opened;
}

export function healthOf(connection: Connection): Health {
  const { state, stateSince, lastErrorCode, lastSuccessAt } = connection;
  return { state, since: stateSince, lastErrorCode, lastSuccessAt };
}

export function setHealth(connection: Connection, health: Health): void {
  connection.state = health.state;
  connection.stateSince = health.since;
  connection.lastErrorCode = health.lastErrorCode;
  connection.lastSuccessAt = health.lastSuccessAt;
}
