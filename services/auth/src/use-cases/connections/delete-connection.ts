import { notFound } from '@switchboard/errors';
import { requireScope, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { Connection } from '../../domain/connection.ts';
import type { ReachConnections } from './reach-connections.ts';
import type { SaveConnection } from './save-connection.ts';

/**
 * Deletes a connection with its secrets: the workspace's by an administrator, a personal one by its user, the platform's by
 * one of its administrators.
 */
export class DeleteConnection {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
    private readonly reach: ReachConnections,
  ) {}

  /** @throws AppError NOT_FOUND, FORBIDDEN for a member who would delete the workspace's. */
  async execute(actor: WorkspaceActor, connectionId: string): Promise<string> {
    const { scope, where } = await this.reach.of(actor, connectionId);
    return this.unitOfWork.run(scope, async (tx) => {
      const connection = await tx.em.findOne(Connection, where);
      if (!connection) throw notFound('Connection');
      if (connection.ownerKind === 'WORKSPACE') requireScope(actor, 'workspace:admin');
      await this.saveConnection.remove(tx, connection);
      return connectionId;
    });
  }
}
