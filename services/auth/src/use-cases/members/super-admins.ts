import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, SYSTEM } from '@switchboard/storage';
import { User } from '../../domain/user.ts';

/** Who administers the platform: users whose verified address the installation names. */
export class SuperAdmins {
  constructor(
    private readonly database: Database,
    /** In their normal form. */
    private readonly addresses: ReadonlySet<string>,
  ) {}

  /** Never for an API key, whoever made it. */
  async includes({ kind, userId }: WorkspaceActor): Promise<boolean> {
    if (kind !== 'user' || userId === undefined || this.addresses.size === 0) return false;
    const user = await this.database.read(SYSTEM, (em) => em.findOne(User, { id: userId }));
    return user !== null && this.isOne(user);
  }

  /** Whether a user is one, by whatever session. */
  isOne({ email, emailVerifiedAt }: User): boolean {
    // An address that is not verified may be anybody's.
    return emailVerifiedAt !== null && this.addresses.has(email);
  }

  /** @throws AppError FORBIDDEN for everybody else, before anything is looked up. */
  async require(actor: WorkspaceActor): Promise<void> {
    if (await this.includes(actor)) return;
    throw new AppError('FORBIDDEN', 'not a super admin', {
      publicMessage: 'Only administrators of the platform may do this.',
    });
  }
}
