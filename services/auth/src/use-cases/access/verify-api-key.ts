import { type Database, SYSTEM } from '@switchboard/storage';
import { isAllowedFrom } from '../../domain/address-list.ts';
import { Agent } from '../../domain/agent.ts';
import { ApiKey, isSecretHash, isUsable, LAST_USED_GRAIN_MS } from '../../domain/api-key.ts';
import { apiKeyIdOf } from '../../domain/api-key-secret.ts';
import { after, type Clock } from '../../domain/clock.ts';
import { sha256 } from '../../domain/digest.ts';
import { Workspace } from '../../domain/workspace.ts';

/** A key as it may be used now. */
export interface VerifiedKey {
  readonly apiKey: ApiKey;
  /** What it may do: of an agent's key only what the agent may, too. */
  readonly scopes: readonly string[];
}

/** Says whose API key a text is. */
export class VerifyApiKey {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  /**
   * @param clientIp where it is used from; empty when that is not known, which no allow-list holds.
   * @returns `undefined` alike for a key that is unknown, wrong, expired, revoked, used from elsewhere or
   * of a suspended workspace.
   */
  async execute(presented: string, clientIp: string): Promise<VerifiedKey | undefined> {
    const apiKeyId = apiKeyIdOf(presented);
    if (apiKeyId === undefined) return undefined;
    const now = this.now();
    const { apiKey, agent, workspace } = await this.database.read(SYSTEM, async (em) => {
      const found = await em.findOne(ApiKey, { id: apiKeyId });
      return {
        apiKey: found,
        agent: found?.agentId ? await em.findOne(Agent, { id: found.agentId }) : null,
        workspace: found ? await em.findOne(Workspace, { id: found.workspaceId }) : null,
      };
    });
    // The hash is compared before anything else about the key is looked at.
    if (!apiKey || !isSecretHash(apiKey, sha256(presented), now) || !isUsable(apiKey, now)) return undefined;
    if (!isAllowedFrom(apiKey.allowedAddresses, clientIp)) return undefined;
    if (!workspace || workspace.suspendedAt) return undefined;
    if (apiKey.agentId !== null && (!agent || agent.endedAt)) return undefined;
    if (!apiKey.lastUsedAt || after(apiKey.lastUsedAt, LAST_USED_GRAIN_MS) <= now) {
      await this.database.transaction(SYSTEM, ({ em }) =>
        em.nativeUpdate(ApiKey, { id: apiKeyId }, { lastUsedAt: now }),
      );
    }
    return { apiKey, scopes: apiKey.scopes.filter((scope) => !agent || agent.scopes.includes(scope)) };
  }
}
