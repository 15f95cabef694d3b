import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import {
  ConnectionCreatedSchema,
  ConnectionRecoveredSchema,
  ConnectionRevokedSchema,
  ConnectionUpdatedSchema,
} from '@switchboard/proto-schemas';
import { after } from '../../domain/clock.ts';
import { Connection, healthOf, type OwnerKind, PLATFORM_WORKSPACE } from '../../domain/connection.ts';
import { UNCHECKED } from '../../domain/connection-checks.ts';
import type { Consent } from '../../domain/consent.ts';
import { type ConsentVendor, type Purpose, purposesOf } from '../../domain/consent-vendors.ts';
import { refusal } from '../../domain/refusal.ts';
import type { ConsentAccount, Grant } from '../../providers/consent-provider.ts';
import { factsOf, type SaveConnection } from '../connections/save-connection.ts';
import { requireMember } from '../members/lock-members.ts';
import type { SealSecrets } from '../vault/seal-secrets.ts';

/** A grant with what it is good for. */
export interface NewGrant extends Grant {
  readonly refreshToken: Secret | undefined;
  readonly scopes: readonly string[];
}

/** Whose a grant will be. */
export type GrantOwner = Pick<
  Consent,
  'workspaceId' | 'userId' | 'connectionId' | 'vendor' | 'sandbox' | 'testOnly'
>;

/** Writes what a vendor granted, in the transaction of whoever was granted it. */
export class SaveGrant {
  constructor(
    private readonly saveConnection: SaveConnection,
    private readonly sealSecrets: SealSecrets,
  ) {}

  /**
   * A new connection, or the one there is for the same account of the same owner.
   * @throws AppError REJECTED (`ANOTHER_ACCOUNT`, `CONSENT_NARROWER`, `MAILBOX_NOT_SHARED`).
   * @throws UniqueConstraintViolationException when the same account is connected at the same moment.
   */
  async connect(
    tx: EventTx,
    consent: GrantOwner,
    account: ConsentAccount,
    grant: NewGrant,
    now: Date,
  ): Promise<Connection> {
    const { workspaceId, userId, vendor, sandbox, testOnly } = consent;
    // What somebody connects while they are removed must not be left behind.
    if (userId !== null) await requireMember(tx.em, workspaceId, userId);
    if (workspaceId === PLATFORM_WORKSPACE) requireNoMailbox(purposesOf(vendor, grant.scopes));
    const { accountId } = account;
    const owner = { workspaceId, vendor, accountId, userId, sandbox, testOnly };
    const existing = await tx.em.findOne(Connection, owner);
    requireSameAccount(consent, existing);
    if (existing && consent.connectionId === null) requireNoLoss(existing, consent.vendor, grant.scopes);
    const connection =
      existing ??
      tx.em.create(Connection, {
        ...owner,
        id: newId('con'),
        ownerKind: ownerKindOf(consent),
        name: account.email,
        secretsSealed: null,
        previousUntil: null,
        shown: [],
        state: 'CONNECTED',
        stateSince: now,
        lastErrorCode: null,
        lastSuccessAt: now,
        ...UNCHECKED,
        scopes: grant.scopes,
        tokenExpiresAt: now,
        refreshedAt: now,
        lentAt: null,
        retryAt: null,
        retries: 0,
        tokenGeneration: 0,
        createdAt: now,
        updatedAt: now,
      });
    connection.shown = [{ name: 'account', value: account.email, secret: false }];
    connection.updatedAt = now;
    await this.#write(tx, connection, grant, now);
    tx.record(existing ? ConnectionUpdatedSchema : ConnectionCreatedSchema, factsOf(connection), {
      workspaceId,
    });
    this.#recover(tx, connection, now);
    return connection;
  }

  /** The next token of a connection. */
  async renew(tx: EventTx, connection: Connection, grant: Grant, now: Date): Promise<void> {
    const scopes = grant.scopes ?? connection.scopes ?? [];
    await this.#write(tx, connection, { ...grant, scopes }, now);
    this.#recover(tx, connection, now);
  }

  /** The vendor ended the grant: told once, and nothing is asked with it any more. */
  async end(tx: EventTx, connection: Connection, now: Date): Promise<void> {
    if (connection.state === 'DISCONNECTED') return;
    connection.secretsSealed = await this.sealSecrets.seal(tx.em, connection, {}, now);
    connection.tokenExpiresAt = now;
    connection.retryAt = null;
    connection.retries = 0;
    tx.record(ConnectionRevokedSchema, factsOf(connection), { workspaceId: connection.workspaceId });
    this.saveConnection.changeHealth(tx, connection, {
      ...healthOf(connection),
      state: 'DISCONNECTED',
      since: now,
      lastErrorCode: 'RECONNECT_REQUIRED',
    });
  }

  async #write(tx: EventTx, connection: Connection, grant: NewGrant, now: Date): Promise<void> {
    const before =
      connection.secretsSealed === null ? {} : (await this.sealSecrets.open(tx.em, connection)).reveal();
    const refreshToken = grant.refreshToken?.reveal() ?? before.refreshToken ?? '';
    const secrets = { accessToken: grant.accessToken.reveal(), refreshToken };
    connection.secretsSealed = await this.sealSecrets.seal(tx.em, connection, secrets, now);
    connection.scopes = grant.scopes;
    connection.tokenExpiresAt = after(now, grant.lifetimeMs);
    connection.refreshedAt = now;
    connection.tokenGeneration += 1;
    connection.retryAt = null;
    connection.retries = 0;
  }

  #recover(tx: EventTx, connection: Connection, now: Date): void {
    if (connection.state !== 'CONNECTED') {
      tx.record(ConnectionRecoveredSchema, factsOf(connection), { workspaceId: connection.workspaceId });
    }
    const since = connection.state === 'CONNECTED' ? connection.stateSince : now;
    this.saveConnection.changeHealth(tx, connection, {
      state: 'CONNECTED',
      since,
      lastErrorCode: null,
      lastSuccessAt: now,
    });
  }
}

function ownerKindOf({ workspaceId, userId }: GrantOwner): OwnerKind {
  if (workspaceId === PLATFORM_WORKSPACE) return 'PLATFORM';
  return userId === null ? 'WORKSPACE' : 'USER';
}

/** What every workspace is lent must not let one of them read what another one was written. */
export function requireNoMailbox(purposes: readonly Purpose[]): void {
  if (!purposes.includes('MAIL')) return;
  throw refusal(
    'MAILBOX_NOT_SHARED',
    'Every workspace could read this mailbox. Connect an account for MAIL_SEND alone.',
    'input.purpose',
  );
}

/** Somebody who renews one account and picks another one at the vendor would replace what they did not mean. */
function requireSameAccount({ connectionId }: GrantOwner, existing: Connection | null): void {
  if (connectionId === null || connectionId === existing?.id) return;
  throw refusal('ANOTHER_ACCOUNT', 'This is another account than that of the connection. Start again.');
}

/** A consent for one purpose must not end another one that the same account is connected for. */
function requireNoLoss(existing: Connection, vendor: ConsentVendor, scopes: readonly string[]): void {
  if (existing.state === 'DISCONNECTED') return;
  const granted = purposesOf(vendor, scopes);
  const lost = purposesOf(vendor, existing.scopes ?? []).filter((purpose) => !granted.includes(purpose));
  if (lost.length === 0) return;
  throw refusal(
    'CONSENT_NARROWER',
    `This account is connected for ${lost.join(', ')} already. Name the connection ${existing.id} to add to it.`,
  );
}
