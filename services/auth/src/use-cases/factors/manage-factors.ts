import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { Secret } from '@switchboard/observability';
import {
  SecondFactorDisabledSchema,
  SecondFactorEnabledSchema,
  SecondFactorMethod,
  SignInCodeRequestedSchema,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { CODE_PER_USER, FACTOR_PER_USER } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { requireMobile } from '../../domain/phone-rule.ts';
import { refusal } from '../../domain/refusal.ts';
import {
  hashRecoveryCode,
  newRecoveryCode,
  RECOVERY_CODES,
  RecoveryCode,
  SecondFactor,
  type SecondFactorKind,
} from '../../domain/second-factor.ts';
import { User } from '../../domain/user.ts';
import { newTotpSecret, totpUrl, verifyTotp } from '../../security/totp.ts';
import { countAttempt, forgetAttempts, tooManyAttempts } from '../guards/count-attempt.ts';
import { confirmedFactor, confirmedFactors, type FactorVault } from '../vault/factor-vault.ts';
import type { CheckFactor, TypedCode } from './check-factor.ts';
import { openChallenge, takeTry, useUp } from './open-challenge.ts';

/** An authenticator app that is being set up. */
export interface TotpSetup {
  readonly secret: Secret;
  readonly otpauthUrl: Secret;
}

/** How a user's second factors stand. */
export interface FactorStatus {
  readonly methods: readonly SecondFactorKind[];
  readonly recoveryCodesLeft: number;
}

/** What users do with their second factors. */
export class ManageFactors {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly vault: FactorVault,
    private readonly checkFactor: CheckFactor,
    private readonly now: Clock,
  ) {}

  status(userId: string): Promise<FactorStatus> {
    return this.unitOfWork.database.read(SYSTEM, async (em) => ({
      methods: (await confirmedFactors(em, userId)).map(({ kind }) => kind),
      recoveryCodesLeft: await em.count(RecoveryCode, { userId, usedAt: null }),
    }));
  }

  /** A secret for the authenticator app. It counts once a code of it was shown. @throws AppError REJECTED (`FACTOR_ON`). */
  async startTotp(actor: WorkspaceActor): Promise<TotpSetup> {
    const userId = requireUserId(actor);
    const secret = newTotpSecret();
    const email = await this.unitOfWork.run(SYSTEM, async ({ em }) => {
      const user = await em.findOneOrFail(User, { id: userId });
      await this.#replace(em, userId, 'TOTP', secret);
      return user.email;
    });
    return { secret: new Secret(secret), otpauthUrl: new Secret(totpUrl(secret, email)) };
  }

  /**
   * Turns the authenticator app on.
   * @returns recovery codes, shown this once; none if the user has some already.
   * @throws AppError REJECTED (`FACTOR_NOT_STARTED`, `CODE_INVALID`), RATE_LIMITED.
   */
  async confirmTotp(actor: WorkspaceActor, code: string): Promise<string[]> {
    const userId = requireUserId(actor);
    const now = this.now();
    const found = await this.unitOfWork.database.transaction(SYSTEM, async ({ em }) => {
      const waitMs = await countAttempt(em, FACTOR_PER_USER, userId, now);
      const factor = await em.findOne(SecondFactor, { userId, kind: 'TOTP', confirmedAt: null });
      return { waitMs, factor, secret: factor && (await this.vault.open(em, factor)) };
    });
    if (found.waitMs !== undefined) throw tooManyAttempts(found.waitMs);
    if (!found.factor || found.secret === null) throw notStarted();
    const timeStep = await verifyTotp(found.secret, code, 0, now);
    if (timeStep === undefined) throw codeInvalid();
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      const factor = await tx.em.findOne(SecondFactor, { id: found.factor?.id ?? '', confirmedAt: null });
      if (!factor) throw notStarted();
      factor.lastTimeStep = timeStep;
      return this.#confirm(tx, factor, actor.workspaceId);
    });
  }

  /**
   * Sends a code to a phone, to show that it is the user's.
   * @returns the token that names the set-up. @throws AppError REJECTED (`PHONE_NUMBER_NOT_MOBILE`, `FACTOR_ON`), RATE_LIMITED.
   */
  async startSms(actor: WorkspaceActor, phoneNumber: string): Promise<Secret> {
    const userId = requireUserId(actor);
    requireMobile(phoneNumber);
    const now = this.now();
    const started = await this.unitOfWork.run(SYSTEM, async (tx) => {
      const waitMs = await countAttempt(tx.em, CODE_PER_USER, userId, now);
      if (waitMs !== undefined) return waitMs;
      await this.#replace(tx.em, userId, 'SMS', phoneNumber);
      const { workspaceId } = actor;
      const { challenge, token } = openChallenge(tx.em, 'SMS_SETUP', { userId, workspaceId }, now);
      challenge.codesSent = 1;
      const expiresAt = timestampFromDate(challenge.expiresAt);
      tx.record(SignInCodeRequestedSchema, { challengeId: challenge.id, userId, expiresAt }, { workspaceId });
      return token;
    });
    if (typeof started === 'number') throw tooManyAttempts(started);
    return started;
  }

  /** Turns codes by SMS on. @returns and @throws as `confirmTotp`, and REJECTED (`CHALLENGE_OVER`). */
  async confirmSms(actor: WorkspaceActor, token: string, code: string): Promise<string[]> {
    const userId = requireUserId(actor);
    const challenge = await takeTry(this.unitOfWork.database, 'SMS_SETUP', token, this.now());
    if (challenge.userId !== userId || !this.checkFactor.isSentCode(challenge, code)) throw codeInvalid();
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      await useUp(tx.em, challenge.id, this.now());
      const factor = await tx.em.findOne(SecondFactor, { userId, kind: 'SMS', confirmedAt: null });
      if (!factor) throw notStarted();
      return this.#confirm(tx, factor, actor.workspaceId);
    });
  }

  /** Turns a factor off, for who can still show one. @throws AppError NOT_FOUND, REJECTED (`CODE_INVALID`), RATE_LIMITED. */
  async disable(
    actor: WorkspaceActor,
    kind: SecondFactorKind,
    proof: TypedCode,
    clientIp: string | undefined,
  ): Promise<FactorStatus> {
    const userId = requireUserId(actor);
    const { workspaceId } = actor;
    const known = await this.unitOfWork.database.read(SYSTEM, (em) => confirmedFactor(em, userId, kind));
    if (!known) throw notFound('Second factor');
    await this.checkFactor.execute({ userId, workspaceId }, proof, clientIp);
    await this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      await em.nativeDelete(SecondFactor, { userId, kind });
      record(SecondFactorDisabledSchema, { userId, method: SecondFactorMethod[kind] }, { workspaceId });
      // Recovery codes stand in for a factor: without one there is nothing to recover.
      if ((await confirmedFactors(em, userId)).length === 0) await em.nativeDelete(RecoveryCode, { userId });
    });
    return this.status(userId);
  }

  /** New recovery codes; those before stop working. @throws AppError REJECTED (`FACTOR_NOT_STARTED`, `CODE_INVALID`). */
  async renewRecoveryCodes(
    actor: WorkspaceActor,
    proof: TypedCode,
    clientIp: string | undefined,
  ): Promise<string[]> {
    const userId = requireUserId(actor);
    const { methods } = await this.status(userId);
    if (methods.length === 0) throw notStarted();
    await this.checkFactor.execute({ userId, workspaceId: actor.workspaceId }, proof, clientIp);
    return this.unitOfWork.run(SYSTEM, async ({ em }) => {
      await em.nativeDelete(RecoveryCode, { userId });
      return newCodes(em, userId);
    });
  }

  async #replace(em: EventTx['em'], userId: string, kind: SecondFactorKind, value: string): Promise<void> {
    if (await confirmedFactor(em, userId, kind)) {
      throw refusal('FACTOR_ON', 'It is on already. Turn it off first to set it up anew.');
    }
    await em.nativeDelete(SecondFactor, { userId, kind });
    const now = this.now();
    const id = newId('sfa');
    em.create(SecondFactor, {
      id,
      userId,
      kind,
      sealed: await this.vault.seal(em, { id, userId }, value, now),
      confirmedAt: null,
      lastTimeStep: 0,
      createdAt: now,
    });
  }

  async #confirm({ em, record }: EventTx, factor: SecondFactor, workspaceId: string): Promise<string[]> {
    const { userId, kind } = factor;
    factor.confirmedAt = this.now();
    await forgetAttempts(em, FACTOR_PER_USER, userId);
    record(SecondFactorEnabledSchema, { userId, method: SecondFactorMethod[kind] }, { workspaceId });
    const has = await em.count(RecoveryCode, { userId, usedAt: null });
    return has > 0 ? [] : newCodes(em, userId);
  }
}

function newCodes(em: EventTx['em'], userId: string): string[] {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  for (const code of codes) {
    em.create(RecoveryCode, { id: newId('rec'), userId, codeHash: hashRecoveryCode(code), usedAt: null });
  }
  return codes;
}

function notStarted(): ReturnType<typeof refusal> {
  return refusal('FACTOR_NOT_STARTED', 'Nothing was set up. Start again.');
}

function codeInvalid(): ReturnType<typeof refusal> {
  return refusal('CODE_INVALID', 'The code is not right.', 'input.code');
}
