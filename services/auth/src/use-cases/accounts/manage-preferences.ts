import { LockMode } from '@mikro-orm/core';
import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { UnitOfWork } from '@switchboard/messaging';
import { NotificationChannel, PreferencesChangedSchema } from '@switchboard/proto-schemas';
import type { Clock } from '../../domain/clock.ts';
import { Membership } from '../../domain/membership.ts';
import { type Channel, DEFAULT_PREFERENCES, Preferences, type QuietHours } from '../../domain/preferences.ts';

/** What a member wants in a workspace. */
export interface Wishes {
  readonly channels: readonly Channel[];
  readonly quietHours: QuietHours | null;
  readonly aiOptOut: boolean;
}

/** Keeps what members want; other services learn of it by event. */
export class ManagePreferences {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /** @throws AppError FORBIDDEN without a user. */
  async read(actor: WorkspaceActor): Promise<Wishes> {
    const userId = requireUserId(actor);
    const known = await this.unitOfWork.database.read(actor, (em) => em.findOne(Preferences, { userId }));
    return known ?? DEFAULT_PREFERENCES;
  }

  /** What is not given stays. @throws AppError FORBIDDEN without a user, NOT_FOUND for who is no member any more. */
  async update(actor: WorkspaceActor, changes: Partial<Wishes>): Promise<Wishes> {
    const userId = requireUserId(actor);
    const { workspaceId } = actor;
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      // Two changes at the same moment follow each other.
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
      if (!(await em.findOne(Membership, { userId, workspaceId }, lock))) throw notFound('Member');
      const updatedAt = this.now();
      const id = newId('prf');
      const preferences =
        (await em.findOne(Preferences, { userId })) ??
        em.create(Preferences, { id, workspaceId, userId, ...DEFAULT_PREFERENCES, updatedAt });
      Object.assign(preferences, changes, { updatedAt });
      const { channels, quietHours, aiOptOut } = preferences;
      record(PreferencesChangedSchema, {
        userId,
        channels: channels.map((channel) => NotificationChannel[channel]),
        ...(quietHours && {
          quietFromMinute: quietHours.fromMinute,
          quietToMinute: quietHours.toMinute,
          timeZone: quietHours.timeZone,
        }),
        aiOptOut,
      });
      return preferences;
    });
  }
}
