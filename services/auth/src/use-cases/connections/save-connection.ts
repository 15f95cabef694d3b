import { newId } from '@switchboard/ids';
import { type Intent, planIntent } from '@switchboard/intents';
import type { EventTx } from '@switchboard/messaging';
import {
  ConnectionCreatedSchema,
  ConnectionDeletedSchema,
  ConnectionHealthChangedSchema,
  ConnectionUpdatedSchema,
  OwnerKind as OwnerKindMessage,
  ConnectionState as StateMessage,
} from '@switchboard/proto-schemas';
import { after, HOUR_MS } from '../../domain/clock.ts';
import { Connection, healthOf, NO_CONSENT, secretsAt, setHealth } from '../../domain/connection.ts';
import { firstCheckOf } from '../../domain/connection-checks.ts';
import type { Health } from '../../domain/health.ts';
import type { Installation } from '../../domain/installation.ts';
import { givenBySandbox } from '../../domain/sandbox-address.ts';
import {
  checkSecrets,
  replaceSecrets,
  type Secrets,
  showSecrets,
  type Vendor,
} from '../../domain/vendors.ts';
import type { SealSecrets } from '../vault/seal-secrets.ts';
import type { RevokeGrantPayload } from './revoke-grant.ts';

/** How long callbacks signed with a replaced value are believed: a person goes over at the vendor within it. */
const OVERLAP_MS = 24 * HOUR_MS;

export interface NewConnection {
  readonly workspaceId: string;
  /** Null for a connection of the whole workspace. */
  readonly userId: string | null;
  readonly vendor: Vendor;
  readonly name: string;
  readonly secrets: Secrets;
  /** Null for the installation's default. */
  readonly sandbox: boolean | null;
  readonly testOnly: boolean;
}

/** Writes connections and states what happened to them, in the transaction of whoever decided it. */
export class SaveConnection {
  constructor(
    private readonly installation: Installation,
    private readonly sealSecrets: SealSecrets,
    private readonly revokeGrant: Intent<RevokeGrantPayload, undefined>,
  ) {}

  /** @throws AppError REJECTED for values the vendor's shape refuses, INVALID_INPUT without a sandbox, UNSUPPORTED without a vault key. */
  async create(tx: EventTx, input: NewConnection, now: Date): Promise<Connection> {
    const { workspaceId, userId, vendor, name, secrets, testOnly } = input;
    const sandbox = this.installation.isSandboxed(vendor, input.sandbox);
    checkSecrets(vendor, secrets, sandbox ? { given: givenBySandbox(vendor) } : {});
    const id = newId('con');
    const connection = tx.em.create(Connection, {
      id,
      workspaceId,
      ownerKind: userId === null ? 'WORKSPACE' : 'USER',
      userId,
      vendor,
      name,
      sandbox,
      testOnly,
      secretsSealed: await this.sealSecrets.seal(tx.em, { id, workspaceId }, secrets, now),
      previousUntil: null,
      shown: showSecrets(vendor, secrets),
      state: 'CONNECTED',
      stateSince: now,
      lastErrorCode: null,
      lastSuccessAt: null,
      nextCheckAt: firstCheckOf(vendor, now),
      checkFailures: 0,
      ...NO_CONSENT,
      createdAt: now,
      updatedAt: now,
    });
    tx.record(ConnectionCreatedSchema, factsOf(connection), { workspaceId });
    return connection;
  }

  /**
   * Replaces secrets; those not named keep their values. The connection keeps its id and works again, and callbacks
   * signed with what was replaced are believed for a day.
   */
  async replaceSecrets(
    tx: EventTx,
    connection: Connection,
    secrets: Secrets,
    name: string,
    now: Date,
  ): Promise<void> {
    const { vendor, sandbox, workspaceId } = connection;
    const opened = await this.sealSecrets.open(tx.em, connection);
    const before = secretsAt(connection, opened.reveal(), now);
    const { secrets: replaced, overlap } = replaceSecrets(vendor, before, secrets);
    checkSecrets(vendor, replaced, sandbox ? { given: givenBySandbox(vendor) } : {});
    connection.secretsSealed = await this.sealSecrets.seal(tx.em, connection, replaced, now);
    if (overlap !== 'unchanged')
      connection.previousUntil = overlap === 'begins' ? after(now, OVERLAP_MS) : null;
    connection.shown = showSecrets(vendor, replaced);
    connection.name = name;
    connection.updatedAt = now;
    connection.nextCheckAt = firstCheckOf(vendor, now);
    connection.checkFailures = 0;
    tx.record(ConnectionUpdatedSchema, factsOf(connection), { workspaceId });
    if (connection.state !== 'CONNECTED') {
      this.changeHealth(tx, connection, {
        ...healthOf(connection),
        state: 'CONNECTED',
        since: now,
        lastErrorCode: null,
      });
    }
  }

  /** Gives a connection another name. */
  rename({ record }: EventTx, connection: Connection, name: string, now: Date): void {
    connection.name = name;
    connection.updatedAt = now;
    record(ConnectionUpdatedSchema, factsOf(connection), { workspaceId: connection.workspaceId });
  }

  /** Writes a connection's health; states it when the state is another. */
  changeHealth({ record }: EventTx, connection: Connection, health: Health): void {
    const previousState = connection.state;
    setHealth(connection, health);
    if (health.state === previousState) return;
    record(
      ConnectionHealthChangedSchema,
      {
        connectionId: connection.id,
        vendor: connection.vendor.toLowerCase(),
        state: StateMessage[health.state],
        previousState: StateMessage[previousState],
        errorCode: health.lastErrorCode ?? '',
        sandbox: connection.sandbox,
      },
      { workspaceId: connection.workspaceId },
    );
  }

  /** Deletes a connection with its secrets; a grant is ended at the vendor as well, afterwards. */
  async remove(tx: EventTx, connection: Connection): Promise<void> {
    const { id: connectionId, vendor, workspaceId, accountId, sandbox, secretsSealed } = connection;
    const facts = { connectionId, vendor: vendor.toLowerCase(), sandbox };
    const causedBy = tx.record(ConnectionDeletedSchema, facts, { workspaceId });
    if (accountId !== null && secretsSealed !== null) {
      const payload = { connectionId, workspaceId, vendor, accountId, sandbox, secretsSealed };
      await planIntent(tx, this.revokeGrant, payload, { workspaceId, causedBy });
    }
    tx.em.remove(connection);
  }
}

/** What events say of a connection. */
export function factsOf(connection: Pick<Connection, 'id' | 'vendor' | 'ownerKind' | 'userId' | 'sandbox'>) {
  return {
    connectionId: connection.id,
    vendor: connection.vendor.toLowerCase(),
    ownerKind: OwnerKindMessage[connection.ownerKind],
    userId: connection.userId ?? '',
    sandbox: connection.sandbox,
  };
}
