import { notFound } from '@switchboard/errors';
import { requireScope, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { Connection } from '../../domain/connection.ts';
import { visibleConnections } from './list-connections.ts';
import type { SaveConnection } from './save-connection.ts';

/** Deletes a connection with its secrets: the workspace's by an administrator, a personal one by its user. */
export class DeleteConnection {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
  ) {}

  /** @throws AppError NOT_FOUND, FORBIDDEN for a member who would delete the workspace's. */
  execute(actor: WorkspaceActor, connectionId: string): Promise<string> {
    return this.unitOfWork.run(actor, async (tx) => {
      const connection = await tx.em.findOne(Connection, { id: connectionId, ...visibleConnections(actor) });
      if (!connection) throw notFound('Connection');
      if (connection.ownerKind === 'WORKSPACE') requireScope(actor, 'workspace:admin');
      await this.saveConnection.remove(tx, connection);
      return connectionId;
    });
  }
}
