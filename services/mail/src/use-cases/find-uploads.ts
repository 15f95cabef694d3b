import type { WorkspaceActor } from '@switchboard/identity';
import type { Database } from '@switchboard/storage';
import { Upload } from '../domain/upload.ts';

/** Reads uploads of the caller's workspace. */
export class FindUploads {
  constructor(private readonly database: Database) {}

  /** In the order of the ids; null for what is unknown or another workspace's. */
  async byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(Upload | null)[]> {
    const found = await this.database.read(actor, (em) => em.find(Upload, { id: { $in: [...ids] } }));
    const byId = new Map(found.map((upload) => [upload.id, upload]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}
