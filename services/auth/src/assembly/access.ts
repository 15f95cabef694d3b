import { AgentResolver } from '../graphql/agent.resolver.ts';
import { ApiKeyResolver } from '../graphql/api-key.resolver.ts';
import { CreateApiKey } from '../use-cases/access/create-api-key.ts';
import { ListApiKeys } from '../use-cases/access/list-api-keys.ts';
import { RevokeApiKey } from '../use-cases/access/revoke-api-key.ts';
import { RotateApiKey } from '../use-cases/access/rotate-api-key.ts';
import { SaveAgent } from '../use-cases/access/save-agent.ts';
import { UpdateApiKey } from '../use-cases/access/update-api-key.ts';
import { VerifyApiKey } from '../use-cases/access/verify-api-key.ts';
import type { SharedParts } from './shared-parts.ts';
import type { Theme } from './theme.ts';

/** API keys and agents. */
export function assembleAccess({
  database,
  unitOfWork,
  agents,
  now,
}: SharedParts): Theme<'apiKeys' | 'agents', 'verifyApiKey'> {
  const apiKeys = new ListApiKeys(database);
  return {
    resolvers: [
      new ApiKeyResolver(
        new CreateApiKey(unitOfWork, now),
        new UpdateApiKey(unitOfWork),
        new RotateApiKey(unitOfWork, now),
        new RevokeApiKey(unitOfWork, now),
        apiKeys,
        agents,
      ),
      new AgentResolver(new SaveAgent(unitOfWork, now), agents),
    ],
    lookups: { apiKeys, agents },
    answers: { verifyApiKey: new VerifyApiKey(database, now) },
    loops: [],
  };
}
