import { LockMode } from '@mikro-orm/core';
import type { Tx } from '@switchboard/storage';
import { CHALLENGES, Challenge, type ChallengeKind, isOpen } from '../../domain/challenge.ts';
import { challengeIdOf, isToken } from '../../domain/link-token.ts';
import { refusal } from '../../domain/refusal.ts';

/**
 * The open challenge of a token.
 * @throws AppError REJECTED with `LINK_INVALID`: one answer for forged, used, expired and unknown.
 */
export async function findChallenge(
  em: Tx['em'],
  kind: ChallengeKind,
  token: string,
  now: Date,
  options: { readonly lockMode?: LockMode } = {},
): Promise<Challenge> {
  const id = challengeIdOf(CHALLENGES[kind].prefix, token);
  const challenge = id === undefined ? null : await em.findOne(Challenge, { id, kind }, options);
  if (!challenge || !isToken(token, challenge.tokenHash) || !isOpen(challenge, now)) throw linkInvalid();
  return challenge;
}

/** Uses up the challenge of a token; locked until the transaction ends, so that only one gets through. */
export async function redeemChallenge(
  em: Tx['em'],
  kind: ChallengeKind,
  token: string,
  now: Date,
): Promise<Challenge> {
  const challenge = await findChallenge(em, kind, token, now, { lockMode: LockMode.PESSIMISTIC_WRITE });
  challenge.usedAt = now;
  return challenge;
}

export function linkInvalid(): ReturnType<typeof refusal> {
  return refusal(
    'LINK_INVALID',
    'This link has expired or was already used. Ask for a new one.',
    'input.token',
  );
}
