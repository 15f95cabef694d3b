import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import { ApiKey } from '../../domain/api-key.ts';
import { inOrder } from '../members/list-members.ts';

/** Reads the workspace's API keys; for its administrators. Test callers see test keys. */
export class ListApiKeys {
  constructor(private readonly database: Database) {}

  execute(actor: WorkspaceActor, plan: PagePlan): Promise<ApiKey[]> {
    return this.database.read(actor, (em) => findPage(em, ApiKey, visibleTo(actor), plan));
  }

  async byIds(actor: WorkspaceActor, apiKeyIds: readonly string[]): Promise<(ApiKey | undefined)[]> {
    if (!actor.scopes.includes('workspace:admin')) return apiKeyIds.map(() => undefined);
    return this.database.read(actor, async (em) =>
      inOrder(apiKeyIds, await em.find(ApiKey, { id: { $in: [...apiKeyIds] }, ...visibleTo(actor) })),
    );
  }
}

/** Which keys a caller may know of. */
export function visibleTo(actor: WorkspaceActor): { mode?: 'test' } {
  return actor.mode === 'test' ? { mode: 'test' } : {};
}
