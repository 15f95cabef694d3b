import { type Database, SYSTEM } from '@switchboard/storage';
import { ApiKey, isUsable, LAST_USED_GRAIN_MS } from '../domain/api-key.ts';
import { apiKeyIdOf } from '../domain/api-key-secret.ts';
import { after, type Clock } from '../domain/clock.ts';
import { sameText, sha256 } from '../domain/digest.ts';

/** Says whose API key a text is. */
export class VerifyApiKey {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  /** @returns `undefined` for an unknown, wrong, expired or revoked key alike. */
  async execute(presented: string): Promise<ApiKey | undefined> {
    const apiKeyId = apiKeyIdOf(presented);
    if (apiKeyId === undefined) return undefined;
    const now = this.now();
    const apiKey = await this.database.read(SYSTEM, (em) => em.findOne(ApiKey, { id: apiKeyId }));
    // The hash is compared before anything else about the key is looked at.
    if (!apiKey || !sameText(sha256(presented), apiKey.secretHash) || !isUsable(apiKey, now))
      return undefined;
    if (!apiKey.lastUsedAt || after(apiKey.lastUsedAt, LAST_USED_GRAIN_MS) <= now) {
      await this.database.transaction(SYSTEM, ({ em }) =>
        em.nativeUpdate(ApiKey, { id: apiKeyId }, { lastUsedAt: now }),
      );
    }
    return apiKey;
  }
}
