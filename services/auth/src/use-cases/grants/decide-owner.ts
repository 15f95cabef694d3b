import { requireScope, type WorkspaceActor } from '@switchboard/identity';
import { type OwnerKind, PLATFORM_WORKSPACE } from '../../domain/connection.ts';
import { refusal } from '../../domain/refusal.ts';
import type { SuperAdmins } from '../members/super-admins.ts';

/** Whom a connection by consent will belong to. */
export interface ConsentOwner {
  /** `platform` for the whole installation's. */
  readonly workspaceId: string;
  /** Null for the whole workspace's, or the platform's. */
  readonly userId: string | null;
}

/** Decides whose a connection by consent will be, and whether the caller may make it so. */
export class DecideOwner {
  constructor(private readonly superAdmins: SuperAdmins) {}

  /**
   * @param wanted null for the user's own where a user acts, and the workspace's otherwise.
   * @throws AppError REJECTED (`USER_REQUIRED`), FORBIDDEN.
   */
  async execute(actor: WorkspaceActor, wanted: OwnerKind | null): Promise<ConsentOwner> {
    const { workspaceId, userId } = actor;
    if (wanted === 'PLATFORM') {
      await this.superAdmins.require(actor);
      return { workspaceId: PLATFORM_WORKSPACE, userId: null };
    }
    if (wanted !== 'WORKSPACE' && userId) return { workspaceId, userId };
    if (wanted === 'USER') {
      throw refusal('USER_REQUIRED', 'Only a user can connect an account of their own.', 'input.owner');
    }
    requireScope(actor, 'workspace:admin');
    return { workspaceId, userId: null };
  }
}
