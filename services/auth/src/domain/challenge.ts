import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { DAY_MS, HOUR_MS } from './clock.ts';

/** What following a link proves, by the prefix of the challenge's id. */
export const CHALLENGES = {
  EMAIL_VERIFICATION: { prefix: 'vfy', lifetimeMs: 2 * DAY_MS },
  PASSWORD_RESET: { prefix: 'rst', lifetimeMs: HOUR_MS },
} as const;
export type ChallengeKind = keyof typeof CHALLENGES;

/** A link sent to a user's address: works once, for a while. */
@Entity({ tableName: 'challenges' })
export class Challenge {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) kind!: ChallengeKind;
  @Property({ type: 'text' }) userId!: string;
  /** The workspace in whose name the mail is sent. */
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text', hidden: true }) tokenHash!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime' }) expiresAt!: Date;
  @Property({ type: 'datetime', nullable: true }) usedAt!: Date | null;
}

export function isOpen(challenge: Challenge, now: Date): boolean {
  return !challenge.usedAt && challenge.expiresAt > now;
}
