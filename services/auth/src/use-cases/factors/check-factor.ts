import { AppError } from '@switchboard/errors';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { RecoveryCodeUsedSchema } from '@switchboard/proto-schemas';
import { type Database, SYSTEM } from '@switchboard/storage';
import { FACTOR_PER_IP, FACTOR_PER_USER } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { sameText } from '../../domain/digest.ts';
import { refusal } from '../../domain/refusal.ts';
import {
  type FactorChallenge,
  type FactorMethod,
  hashRecoveryCode,
  RecoveryCode,
  sixDigitsOf,
} from '../../domain/second-factor.ts';
import type { SigningKeys } from '../../domain/signing-keys.ts';
import { verifyTotp } from '../../security/totp.ts';
import { countAttempts, forgetAttempts, tooManyAttempts, uncountAttempt } from '../guards/count-attempt.ts';
import { confirmedFactor, type FactorVault } from '../vault/factor-vault.ts';

/** A code that somebody typed. */
export interface TypedCode {
  readonly method: FactorMethod;
  readonly code: string;
  /** The input field it was typed into; `input.code` when absent. */
  readonly path?: string | undefined;
}

/** Whose code it is, and where it was asked for. */
export interface FactorOwner {
  readonly userId: string;
  readonly workspaceId: string;
  /** The challenge a code was sent for; absent where none can have been. */
  readonly challenge?: FactorChallenge | undefined;
}

/**
 * Compares a code with limits per user and per network address. A try is counted before the comparison, so that guesses
 * in parallel do not slip through, and a right one is taken back. What is right is right once.
 */
export class CheckFactor {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly vault: FactorVault,
    private readonly keys: SigningKeys,
    private readonly now: Clock,
  ) {}

  /** @throws AppError RATE_LIMITED, the code not compared; REJECTED with `CODE_INVALID`. */
  async execute(owner: FactorOwner, typed: TypedCode, clientIp: string | undefined): Promise<void> {
    const attempts = [
      { limit: FACTOR_PER_USER, subject: owner.userId },
      ...(clientIp ? [{ limit: FACTOR_PER_IP, subject: clientIp }] : []),
    ];
    const waitMs = await this.#database.transaction(SYSTEM, ({ em }) =>
      countAttempts(em, attempts, this.now()),
    );
    if (waitMs !== undefined) throw tooManyAttempts(waitMs);
    if (!(await this.#isRight(owner, typed))) {
      throw refusal(
        'CODE_INVALID',
        'The code is not right, or was used already.',
        typed.path ?? 'input.code',
      );
    }
    await this.#database.transaction(SYSTEM, async ({ em }) => {
      await forgetAttempts(em, FACTOR_PER_USER, owner.userId);
      if (clientIp) await uncountAttempt(em, FACTOR_PER_IP, clientIp);
    });
  }

  get #database(): Database {
    return this.unitOfWork.database;
  }

  #isRight(owner: FactorOwner, { method, code }: TypedCode): Promise<boolean> {
    switch (method) {
      case 'TOTP':
        return this.#isTotp(owner.userId, code);
      case 'RECOVERY_CODE':
        return this.#redeemRecoveryCode(owner, code);
      case 'SMS':
        return Promise.resolve(owner.challenge !== undefined && this.isSentCode(owner.challenge, code));
    }
  }

  async #isTotp(userId: string, code: string): Promise<boolean> {
    const found = await this.#database.read(SYSTEM, async (em) => {
      const factor = await confirmedFactor(em, userId, 'TOTP');
      return factor && { factor, secret: await this.vault.open(em, factor) };
    });
    if (!found) return false;
    const { factor, secret } = found;
    const timeStep = await verifyTotp(secret, code, factor.lastTimeStep, this.now());
    if (timeStep === undefined) return false;
    // Of two who bring the same code at the same moment one is first.
    const first = await this.#database.statement(
      'update second_factors set last_time_step = ? where id = ? and last_time_step < ? returning id',
      [timeStep, factor.id, timeStep],
    );
    return first.length > 0;
  }

  #redeemRecoveryCode({ userId, workspaceId }: FactorOwner, code: string): Promise<boolean> {
    return this.unitOfWork.run(SYSTEM, async (tx: EventTx) => {
      const used = await tx.em.execute<unknown[]>(
        `update recovery_codes set used_at = ?::timestamptz
         where user_id = ? and code_hash = ? and used_at is null returning id`,
        [this.now(), userId, hashRecoveryCode(code)],
      );
      if (used.length === 0) return false;
      const left = await tx.em.count(RecoveryCode, { userId, usedAt: null });
      tx.record(RecoveryCodeUsedSchema, { userId, left }, { workspaceId });
      return true;
    });
  }

  /** Whether a code is the one that was sent last for a challenge. */
  isSentCode(challenge: FactorChallenge, code: string): boolean {
    if (challenge.codesSent === 0) return false;
    const text = sentText(challenge);
    return this.keys.signatures(text).some((signature) => sameText(sixDigitsOf(signature), code));
  }

  /** The code to send for a challenge. @throws AppError NOT_FOUND when none is to be sent. */
  codeFor(challenge: FactorChallenge): string {
    if (challenge.codesSent === 0) throw new AppError('NOT_FOUND', 'no code was asked for');
    return sixDigitsOf(this.keys.sign(sentText(challenge)));
  }
}

/** Each code that is sent is another one. */
function sentText({ id, codesSent }: FactorChallenge): string {
  return `sms-code/${id}/${codesSent}`;
}
