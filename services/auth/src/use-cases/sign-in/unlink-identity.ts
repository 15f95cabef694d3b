import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { IdentityUnlinkedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { Identity, type SignInProviderName } from '../../domain/identity.ts';
import { refusal } from '../../domain/refusal.ts';
import { User } from '../../domain/user.ts';

/** Ends a way of signing in. */
export class UnlinkIdentity {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws AppError NOT_FOUND, REJECTED with `LAST_WAY_IN` for an account that would have no way in left. */
  execute(actor: WorkspaceActor, provider: SignInProviderName): Promise<User> {
    const userId = requireUserId(actor);
    return this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const user = await em.findOneOrFail(User, { id: userId });
      const identities = await em.find(Identity, { userId });
      const gone = identities.find((identity) => identity.provider === provider);
      if (!gone) throw notFound('Way of signing in');
      if (user.passwordHash === null && identities.length === 1) {
        throw refusal('LAST_WAY_IN', 'Set a password first, or you could not sign in any more.');
      }
      em.remove(gone);
      const workspaceId = actor.workspaceId;
      record(IdentityUnlinkedSchema, { userId, provider: provider.toLowerCase() }, { workspaceId });
      return user;
    });
  }
}
