import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import { EmailVerificationRequestedSchema, PasswordResetRequestedSchema } from '@switchboard/proto-schemas';
import { CHALLENGES, Challenge, type ChallengeKind } from '../../domain/challenge.ts';
import { after } from '../../domain/clock.ts';
import type { LinkTokens } from '../../domain/link-token.ts';

/** Makes a link for a user in the caller's transaction; the event has mail send it. */
export function requestChallenge(
  { em, record }: EventTx,
  linkTokens: LinkTokens,
  kind: ChallengeKind,
  whom: { readonly userId: string; readonly workspaceId: string },
  now: Date,
): void {
  const { prefix, lifetimeMs } = CHALLENGES[kind];
  const id = newId(prefix);
  const expiresAt = after(now, lifetimeMs);
  em.create(Challenge, {
    id,
    kind,
    userId: whom.userId,
    workspaceId: whom.workspaceId,
    tokenHash: linkTokens.hashFor(id),
    createdAt: now,
    expiresAt,
    usedAt: null,
  });
  const options = { workspaceId: whom.workspaceId };
  const common = { userId: whom.userId, expiresAt: timestampFromDate(expiresAt) };
  if (kind === 'EMAIL_VERIFICATION') {
    record(EmailVerificationRequestedSchema, { verificationId: id, ...common }, options);
  } else {
    record(PasswordResetRequestedSchema, { resetId: id, ...common }, options);
  }
}
