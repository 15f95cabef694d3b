import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import { WorkspaceTransferredSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../domain/clock.ts';
import { refusal } from '../domain/refusal.ts';
import { User } from '../domain/user.ts';
import { Workspace } from '../domain/workspace.ts';
import { giveRole, lockMember, requireOwner } from './change-members.ts';
import type { CheckPassword } from './check-password.ts';

/** Hands a workspace to another member: there is one owner at any time. */
export class TransferWorkspace {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly checkPassword: CheckPassword,
    private readonly now: Clock,
  ) {}

  /**
   * The owner becomes an administrator; both sign in again.
   * @param password the owner's, where the account has one.
   * @throws AppError FORBIDDEN for anybody but the owner, NOT_FOUND for who is no member, REJECTED
   * (`PASSWORD_REQUIRED`, `INVALID_CREDENTIALS`, `OWNER_ALREADY`), CONFLICT when it was handed on meanwhile.
   */
  async execute(
    actor: WorkspaceActor,
    toUserId: string,
    password: Secret | null,
    clientIp: string | undefined,
  ): Promise<Workspace> {
    const fromUserId = requireOwner(actor);
    if (toUserId === fromUserId) throw refusal('OWNER_ALREADY', 'You own it already.', 'input.userId');
    await this.#prove(fromUserId, password, clientIp);
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      const { workspaceId } = actor;
      // In one order, so that two transfers at the same moment wait for each other instead of for ever.
      const [firstId = '', secondId = ''] = [fromUserId, toUserId].sort();
      const members = [
        await lockMember(tx, workspaceId, { userId: firstId }),
        await lockMember(tx, workspaceId, { userId: secondId }),
      ];
      const from = members.find(({ userId }) => userId === fromUserId);
      const to = members.find(({ userId }) => userId === toUserId);
      if (!from || !to || from.role !== 'OWNER') {
        throw new AppError('CONFLICT', 'the caller owns it no more', {
          publicMessage: 'The workspace has another owner by now.',
        });
      }
      const now = this.now();
      await giveRole(tx, from, 'ADMIN', now);
      // One owner at any moment, also between two statements.
      await tx.em.flush();
      await giveRole(tx, to, 'OWNER', now);
      tx.record(WorkspaceTransferredSchema, { workspaceId, fromUserId, toUserId }, { workspaceId });
      return tx.em.findOneOrFail(Workspace, { id: workspaceId });
    });
  }

  /** Whoever finds an open browser must not be able to give the workspace away. */
  async #prove(userId: string, password: Secret | null, clientIp: string | undefined): Promise<void> {
    const user = await this.unitOfWork.database.read(SYSTEM, (em) => em.findOneOrFail(User, { id: userId }));
    if (user.passwordHash === null) return;
    if (!password) throw refusal('PASSWORD_REQUIRED', 'Give your password.', 'input.password');
    const proven = await this.checkPassword.execute(user.email, password, clientIp);
    if (!proven) throw refusal('INVALID_CREDENTIALS', 'The password is not right.', 'input.password');
  }
}
