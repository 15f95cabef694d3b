import type { UnitOfWork } from '@switchboard/messaging';
import { SYSTEM } from '@switchboard/storage';
import { Connection } from '../../domain/connection.ts';
import { requireOwnerOf } from '../../domain/lending.ts';
import type { SaveConnection } from './save-connection.ts';

/** Deletes a connection for the service that owns its vendor. */
export class DeleteCredential {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
  ) {}

  /**
   * @returns false when the workspace has no such connection.
   * @throws AppError FORBIDDEN when the connection is to a vendor of another service.
   */
  execute(asker: string, connectionId: string, workspaceId: string): Promise<boolean> {
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      const connection = await tx.em.findOne(Connection, { id: connectionId, workspaceId });
      if (!connection || connection.ownerKind === 'PLATFORM') return false;
      requireOwnerOf(connection.vendor, asker);
      await this.saveConnection.remove(tx, connection);
      return true;
    });
  }
}
