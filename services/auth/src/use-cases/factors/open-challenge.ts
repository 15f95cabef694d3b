import { LockMode } from '@mikro-orm/core';
import { newId } from '@switchboard/ids';
import { Secret } from '@switchboard/observability';
import { type Database, SYSTEM, type Tx } from '@switchboard/storage';
import { after } from '../../domain/clock.ts';
import { newState } from '../../domain/consent.ts';
import { sha256 } from '../../domain/digest.ts';
import { refusal } from '../../domain/refusal.ts';
import {
  CHALLENGE_ATTEMPTS_MAX,
  CHALLENGE_LIFETIME_MS,
  FactorChallenge,
  type FactorPurpose,
} from '../../domain/second-factor.ts';

/** Makes a challenge in the caller's transaction. @returns it with its token, which is nowhere stored. */
export function openChallenge(
  em: Tx['em'],
  purpose: FactorPurpose,
  whom: { readonly userId: string; readonly workspaceId: string },
  now: Date,
): { challenge: FactorChallenge; token: Secret } {
  const token = newState();
  const challenge = em.create(FactorChallenge, {
    id: newId('fch'),
    purpose,
    tokenHash: sha256(token),
    userId: whom.userId,
    workspaceId: whom.workspaceId,
    attempts: 0,
    codesSent: 0,
    createdAt: now,
    expiresAt: after(now, CHALLENGE_LIFETIME_MS),
    usedAt: null,
  });
  return { challenge, token: new Secret(token) };
}

/**
 * Takes one of a challenge's five tries, atomically and before anything is compared.
 * @throws AppError REJECTED with `CHALLENGE_OVER`: one answer for unknown, used, late and tried too often.
 */
export async function takeTry(
  database: Database,
  purpose: FactorPurpose,
  token: string,
  now: Date,
): Promise<FactorChallenge> {
  const rows = await database.statement<{ id: string }>(
    `update factor_challenges set attempts = attempts + 1
     where token_hash = ? and purpose = ? and used_at is null and expires_at > ?::timestamptz and attempts < ?
     returning id`,
    [sha256(token), purpose, now, CHALLENGE_ATTEMPTS_MAX],
  );
  const [row] = rows;
  if (!row) throw challengeOver();
  return database.read(SYSTEM, (em) => em.findOneOrFail(FactorChallenge, { id: row.id }));
}

/** Uses a challenge up, in the transaction of what it was for. @throws AppError REJECTED with `CHALLENGE_OVER`. */
export async function useUp(em: Tx['em'], challengeId: string, now: Date): Promise<void> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const challenge = await em.findOne(FactorChallenge, { id: challengeId, usedAt: null }, lock);
  if (!challenge) throw challengeOver();
  challenge.usedAt = now;
}

export function challengeOver(): ReturnType<typeof refusal> {
  return refusal('CHALLENGE_OVER', 'This took too long or too many tries. Sign in again.');
}
