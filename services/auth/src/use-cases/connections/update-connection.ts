import { notFound } from '@switchboard/errors';
import { requireScope, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import type { Clock } from '../../domain/clock.ts';
import { Connection } from '../../domain/connection.ts';
import { requireName } from '../../domain/name-rule.ts';
import { refusal } from '../../domain/refusal.ts';
import type { Secrets } from '../../domain/vendors.ts';
import type { ReachConnections } from './reach-connections.ts';
import type { SaveConnection } from './save-connection.ts';

export interface UpdateConnectionInput {
  readonly connectionId: string;
  /** Null for the name it has. */
  readonly name: string | null;
  /** Null for those it has; values that are not named stay. */
  readonly secrets: Secret<Secrets> | null;
}

/** Renames a connection, or replaces secrets of it in place: its id, and what points to it, stay. */
export class UpdateConnection {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
    private readonly reach: ReachConnections,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError NOT_FOUND, FORBIDDEN for a member who would change the workspace's, REJECTED for values the
   * vendor's shape refuses and `CONSENT_REQUIRED` for secrets of an account that a person connected.
   */
  async execute(actor: WorkspaceActor, input: UpdateConnectionInput): Promise<Connection> {
    const { connectionId, name, secrets } = input;
    if (name !== null) requireName(name, 'input.name');
    const { scope, where } = await this.reach.of(actor, connectionId);
    return this.unitOfWork.run(scope, async (tx) => {
      const connection = await tx.em.findOne(Connection, where);
      if (!connection) throw notFound('Connection');
      if (connection.ownerKind === 'WORKSPACE') requireScope(actor, 'workspace:admin');
      const newName = name ?? connection.name;
      if (secrets === null) {
        this.saveConnection.rename(tx, connection, newName, this.now());
        return connection;
      }
      if (connection.accountId !== null) {
        throw refusal(
          'CONSENT_REQUIRED',
          'A person connected this account: connectionStart with its id connects it anew.',
          'input.secrets',
        );
      }
      await this.saveConnection.replaceSecrets(tx, connection, secrets.reveal(), newName, this.now());
      return connection;
    });
  }
}
