import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { DAY_MS } from './clock.ts';
import type { Role } from './role.ts';

export const INVITATION_LIFETIME_MS = 7 * DAY_MS;

/** Where an invitation stands. */
export const INVITATION_STATUSES = ['PENDING', 'ACCEPTED', 'EXPIRED', 'REVOKED'] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

/** An offer to one address to join a workspace. Accepted once, for that address only. */
@Entity({ tableName: 'invitations' })
export class Invitation {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  /** Lower case. */
  @Property({ type: 'text' }) email!: string;
  @Property({ type: 'text', nullable: true }) firstName!: string | null;
  @Property({ type: 'text' }) role!: Role;
  /** Null when an API key invited. */
  @Property({ type: 'text', nullable: true }) invitedByUserId!: string | null;
  @Property({ type: 'text', hidden: true }) tokenHash!: string;
  /** Which of its links works: sending it again makes the next one. */
  @Property({ type: 'integer' }) tokenGeneration!: number;
  /** When an administrator first saw the link that works; it proves no address since. */
  @Property({ type: 'datetime', nullable: true }) linkShownAt!: Date | null;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime' }) expiresAt!: Date;
  @Property({ type: 'datetime', nullable: true }) acceptedAt!: Date | null;
  /** Set when it was taken back, or replaced by a newer invitation to the same address. */
  @Property({ type: 'datetime', nullable: true }) revokedAt!: Date | null;
}

export function invitationStatus(invitation: Invitation, now: Date): InvitationStatus {
  if (invitation.acceptedAt) return 'ACCEPTED';
  if (invitation.revokedAt) return 'REVOKED';
  return invitation.expiresAt <= now ? 'EXPIRED' : 'PENDING';
}

/** Where a person follows an invitation. @param frontendUrl without a slash at the end. */
export function invitationUrl(frontendUrl: string, token: string): string {
  return `${frontendUrl}/accept-invitation/${token}`;
}
