import { type Database, SYSTEM } from '@switchboard/storage';
import { isAllowedFrom } from '../domain/address-list.ts';
import { ApiKey, isSecretHash, isUsable, LAST_USED_GRAIN_MS } from '../domain/api-key.ts';
import { apiKeyIdOf } from '../domain/api-key-secret.ts';
import { after, type Clock } from '../domain/clock.ts';
import { sha256 } from '../domain/digest.ts';

/** Says whose API key a text is. */
export class VerifyApiKey {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  /**
   * @param clientIp where it is used from; empty when that is not known, which no allow-list holds.
   * @returns `undefined` alike for a key that is unknown, wrong, expired, revoked or used from elsewhere.
   */
  async execute(presented: string, clientIp: string): Promise<ApiKey | undefined> {
    const apiKeyId = apiKeyIdOf(presented);
    if (apiKeyId === undefined) return undefined;
    const now = this.now();
    const apiKey = await this.database.read(SYSTEM, (em) => em.findOne(ApiKey, { id: apiKeyId }));
    // The hash is compared before anything else about the key is looked at.
    if (!apiKey || !isSecretHash(apiKey, sha256(presented), now) || !isUsable(apiKey, now)) return undefined;
    if (!isAllowedFrom(apiKey.allowedAddresses, clientIp)) return undefined;
    if (!apiKey.lastUsedAt || after(apiKey.lastUsedAt, LAST_USED_GRAIN_MS) <= now) {
      await this.database.transaction(SYSTEM, ({ em }) =>
        em.nativeUpdate(ApiKey, { id: apiKeyId }, { lastUsedAt: now }),
      );
    }
    return apiKey;
  }
}
