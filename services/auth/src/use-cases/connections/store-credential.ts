import { notFound } from '@switchboard/errors';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Connection } from '../../domain/connection.ts';
import { requireOwnerOf } from '../../domain/lending.ts';
import type { Secrets, Vendor } from '../../domain/vendors.ts';
import { Workspace } from '../../domain/workspace.ts';
import { holdMembership } from '../members/lock-members.ts';
import type { SaveConnection } from './save-connection.ts';

export interface StoreCredentialRequest {
  readonly vendor: Vendor;
  readonly workspaceId: string;
  /** Empty for a connection of the whole workspace. */
  readonly userId: string;
  /** The connection whose secrets to replace; empty to make one. */
  readonly connectionId: string;
  readonly name: string;
  readonly secrets: Secret<Secrets>;
}

/** Keeps a secret that was entered in the form of the service that owns the vendor. */
export class StoreCredential {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
    private readonly now: Clock,
  ) {}

  /** @throws AppError FORBIDDEN, NOT_FOUND for another owner's connection, REJECTED for values that are not valid. */
  async execute(asker: string, request: StoreCredentialRequest): Promise<Connection> {
    requireOwnerOf(request.vendor, asker);
    return this.unitOfWork.run(SYSTEM, (tx) =>
      request.connectionId === '' ? this.#create(tx, request) : this.#replace(tx, request),
    );
  }

  async #create(tx: EventTx, request: StoreCredentialRequest): Promise<Connection> {
    const { workspaceId, userId, vendor, name, secrets } = request;
    const isKnown =
      userId === ''
        ? (await tx.em.count(Workspace, { id: workspaceId })) > 0
        : // Held: what somebody connects while they are removed must not be left behind.
          (await holdMembership(tx.em, workspaceId, userId)) !== null;
    if (!isKnown) throw notFound('Workspace');
    const owner = { workspaceId, userId: userId === '' ? null : userId };
    const input = { ...owner, vendor, name, secrets: secrets.reveal(), sandbox: null, testOnly: false };
    return this.saveConnection.create(tx, input, this.now());
  }

  async #replace(tx: EventTx, request: StoreCredentialRequest): Promise<Connection> {
    const { connectionId: id, workspaceId, vendor, name, secrets } = request;
    const userId = request.userId === '' ? null : request.userId;
    const connection = await tx.em.findOne(Connection, { id, workspaceId, vendor, userId });
    if (!connection || connection.ownerKind === 'PLATFORM') throw notFound('Connection');
    await this.saveConnection.replaceSecrets(tx, connection, secrets.reveal(), name, this.now());
    return connection;
  }
}
