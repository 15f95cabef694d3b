import { notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { ApiKeyRevokedSchema } from '@switchboard/proto-schemas';
import { ApiKey } from '../../domain/api-key.ts';
import type { Clock } from '../../domain/clock.ts';
import { visibleTo } from './list-api-keys.ts';

/** Ends an API key for good. Doing it again changes nothing. */
export class RevokeApiKey {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /** @throws AppError NOT_FOUND */
  execute(actor: WorkspaceActor, apiKeyId: string): Promise<ApiKey> {
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      const apiKey = await em.findOne(ApiKey, { id: apiKeyId, ...visibleTo(actor) });
      if (!apiKey) throw notFound('API key');
      if (!apiKey.revokedAt) {
        apiKey.revokedAt = this.now();
        record(ApiKeyRevokedSchema, { apiKeyId });
      }
      return apiKey;
    });
  }
}
