import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { LockMode } from '@mikro-orm/core';
import { notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import { ApiKeyRotatedSchema } from '@switchboard/proto-schemas';
import { ApiKey, isUsable } from '../../domain/api-key.ts';
import { makeApiKeySecret } from '../../domain/api-key-secret.ts';
import { after, type Clock, HOUR_MS } from '../../domain/clock.ts';
import { refusal } from '../../domain/refusal.ts';
import { refuseAgents } from '../guards/refuse-agents.ts';
import { requireGrantable, requireNoLessLimited } from './create-api-key.ts';
import { visibleTo } from './list-api-keys.ts';

const OVERLAP_HOURS = 24;
const OVERLAP_HOURS_MAX = 7 * 24;

/** Gives an API key a new secret; the one before works on for a while, so that partners change over without a gap. */
export class RotateApiKey {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /**
   * @param overlapHours how long the secret before still works: 0 to 168, 24 when absent.
   * @returns the key's row and the new key itself, which is never shown again. A secret of two changes ago is dead.
   * @throws AppError NOT_FOUND, REJECTED (`API_KEY_ENDED`, `OVERLAP_INVALID`), FORBIDDEN for an agent and for
   * a key that may do more than the caller.
   */
  async execute(
    actor: WorkspaceActor,
    apiKeyId: string,
    overlapHours: number = OVERLAP_HOURS,
  ): Promise<{ apiKey: ApiKey; secret: Secret }> {
    refuseAgents(actor);
    if (overlapHours < 0 || overlapHours > OVERLAP_HOURS_MAX) {
      const sentence = `The overlap is 0 to ${OVERLAP_HOURS_MAX} hours.`;
      throw refusal('OVERLAP_INVALID', sentence, 'input.overlapHours');
    }
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      const where = { id: apiKeyId, ...visibleTo(actor) };
      const apiKey = await em.findOne(ApiKey, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!apiKey) throw notFound('API key');
      const now = this.now();
      if (!isUsable(apiKey, now))
        throw refusal('API_KEY_ENDED', 'The key is revoked or expired.', 'input.apiKeyId');
      // The caller gets to see the new secret, and with it all that the key may do.
      requireGrantable(actor, apiKey.scopes, apiKey.mode);
      requireNoLessLimited(actor, apiKey.registeredOperationsOnly);
      const { secret, hash, lastFour } = makeApiKeySecret(apiKey.id, apiKey.mode);
      const previousUntil = overlapHours === 0 ? null : after(now, overlapHours * HOUR_MS);
      apiKey.previousSecretHash = previousUntil && apiKey.secretHash;
      apiKey.previousUntil = previousUntil;
      apiKey.secretHash = hash;
      apiKey.lastFour = lastFour;
      record(ApiKeyRotatedSchema, {
        apiKeyId,
        ...(previousUntil && { previousUntil: timestampFromDate(previousUntil) }),
      });
      return { apiKey, secret };
    });
  }
}
