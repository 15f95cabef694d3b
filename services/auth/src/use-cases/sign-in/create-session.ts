import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import { SYSTEM } from '@switchboard/storage';
import { normaliseEmail } from '../../domain/email.ts';
import { refusal } from '../../domain/refusal.ts';
import type { CheckPassword } from '../accounts/check-password.ts';
import type { Admission, LetIn } from './let-in.ts';

export interface CreateSessionInput {
  readonly email: string;
  readonly password: Secret;
  /** Which of the user's workspaces; null for the first one they joined. */
  readonly workspaceId: string | null;
}

/** Signs a user in. */
export class CreateSession {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly checkPassword: CheckPassword,
    private readonly letIn: LetIn,
  ) {}

  /**
   * @throws AppError REJECTED with `INVALID_CREDENTIALS` (one answer for a wrong password and an unknown address)
   * or `NOT_A_MEMBER`, RATE_LIMITED when locked out.
   */
  async execute(input: CreateSessionInput, clientIp: string | undefined): Promise<Admission> {
    const user = await this.checkPassword.execute(normaliseEmail(input.email), input.password, clientIp);
    if (!user) {
      throw refusal('INVALID_CREDENTIALS', 'The address or the password is not right.', 'input.password');
    }
    const opened = await this.unitOfWork.run(SYSTEM, (tx) => this.letIn.admit(tx, user, input.workspaceId));
    return this.letIn.grant(opened);
  }
}
