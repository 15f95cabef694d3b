import { notFound } from '@switchboard/errors';
import { Secret } from '@switchboard/observability';
import { type Database, SYSTEM, type Tx } from '@switchboard/storage';
import type { Candidate } from '../../domain/candidate.ts';
import { after, type Clock, MINUTE_MS } from '../../domain/clock.ts';
import { Connection, secretsAt } from '../../domain/connection.ts';
import type { Installation } from '../../domain/installation.ts';
import { type Borrower, isGoodFor, mayLend, narrowest, requireOwnerOf } from '../../domain/lending.ts';
import type { PlatformConnection } from '../../domain/platform-connection.ts';
import { liveDestination, sandboxDestination } from '../../domain/sandbox-address.ts';
import type { Secrets, Vendor } from '../../domain/vendors.ts';
import { PLATFORM_GRANTS } from '../connections/reach-connections.ts';
import type { RefreshGrant } from '../grants/refresh-grant.ts';
import type { SealSecrets } from '../vault/seal-secrets.ts';

/** A borrower lives on a credential this long while auth is away. */
const LOAN_MS = 10 * MINUTE_MS;
const NOTED_EVERY_MS = MINUTE_MS;
const NOTED_MAX = 10_000;

export interface LendRequest extends Borrower {
  readonly vendor: Vendor;
  /** Exactly this connection, `platform` or `sandbox`; empty for the narrowest that fits. */
  readonly connectionId: string;
}

/** A credential as it is lent. */
export interface Loan {
  readonly connection: Candidate;
  /** Empty for the vendor's own address. */
  readonly baseUrl: string;
  readonly secrets: Secret<Secrets>;
  readonly expiresAt: Date;
}

interface Choice {
  readonly connection: Candidate;
  readonly secrets: Secret<Secrets>;
  /** When what is lent ends by itself. */
  readonly endsAt?: Date;
}

/** A grant's token is fetched after the reads: its vendor may have to be asked, outside of any transaction. */
type Found = Choice | { readonly granted: Connection };

/** Lends the credential of a connection to a service that owns its vendor. */
export class LendCredential {
  /** When a loan was last written down, so that those of the same moment need not be. */
  readonly #noted = new Map<string, Date>();

  constructor(
    private readonly database: Database,
    private readonly installation: Installation,
    private readonly sealSecrets: SealSecrets,
    private readonly refreshGrant: RefreshGrant,
    private readonly now: Clock,
  ) {}

  /** @throws AppError FORBIDDEN for any other asker, NOT_FOUND when nothing fits, RECONNECT_REQUIRED for a grant that is over. */
  async execute(asker: string, request: LendRequest): Promise<Loan> {
    requireOwnerOf(request.vendor, asker);
    const found =
      request.connectionId === '' ? await this.#narrowest(asker, request) : await this.#named(asker, request);
    if (!found) throw notFound('Connection');
    const choice = 'granted' in found ? await this.#lendGrant(found.granted) : found;
    const secrets = choice.secrets.reveal();
    const { sandbox } = this.installation;
    if (choice.connection.sandbox && !sandbox) throw notFound('Connection');
    const destination =
      choice.connection.sandbox && sandbox
        ? sandboxDestination(request.vendor, secrets, sandbox)
        : liveDestination(request.vendor, secrets);
    return {
      connection: choice.connection,
      baseUrl: destination.baseUrl,
      secrets: new Secret(destination.secrets),
      expiresAt: earlier(after(this.now(), LOAN_MS), choice.endsAt),
    };
  }

  /** Vendors' callbacks name a connection and no workspace; the asker is the vendor's owner in any case. */
  async #named(asker: string, request: LendRequest): Promise<Found | undefined> {
    const { vendor, connectionId, mode } = request;
    const platform = this.installation.platformNamed(vendor, connectionId, mode);
    if (platform) return mayLend(platform, request) ? lendPlatform(platform) : undefined;
    return this.database.read(SYSTEM, async (em) => {
      // Rows of what the configuration names hold no secrets.
      const where = { id: connectionId, vendor, secretsSealed: { $ne: null } };
      const row = await em.findOne(Connection, where);
      return row && mayLend(row, request) && isGoodFor(row, asker) ? this.#lendRow(em, row) : undefined;
    });
  }

  #narrowest(asker: string, request: LendRequest): Promise<Found | undefined> {
    const { vendor, workspaceId } = request;
    return this.database.read(SYSTEM, async (em) => {
      const rows = await em.find(Connection, {
        vendor,
        $or: [...(workspaceId === '' ? [] : [{ workspaceId }]), PLATFORM_GRANTS],
      });
      const candidates = [
        ...rows.filter((one) => isGoodFor(one, asker)),
        ...this.installation.platformConnectionsOf(vendor),
      ];
      const chosen = narrowest<Connection | PlatformConnection>(candidates, request);
      return chosen && ('secrets' in chosen ? lendPlatform(chosen) : this.#lendRow(em, chosen));
    });
  }

  async #lendRow(em: Tx['em'], row: Connection): Promise<Found> {
    if (row.accountId !== null) return { granted: row };
    const opened = await this.sealSecrets.open(em, row);
    return { connection: row, secrets: new Secret(secretsAt(row, opened.reveal(), this.now())) };
  }

  /** Of a grant the access token only: the refresh token never leaves this service. */
  async #lendGrant(connection: Connection): Promise<Choice> {
    const { accessToken, expiresAt } = await this.refreshGrant.token(connection.id);
    await this.#noteLoan(connection);
    return { connection, secrets: new Secret({ accessToken: accessToken.reveal() }), endsAt: expiresAt };
  }

  /** What is in use is renewed before it ends. */
  async #noteLoan({ id, lentAt }: Connection): Promise<void> {
    const now = this.now();
    const noted = this.#noted.get(id) ?? lentAt;
    if (noted && after(noted, NOTED_EVERY_MS) > now) return;
    if (this.#noted.size >= NOTED_MAX) this.#noted.clear();
    this.#noted.set(id, now);
    await this.database.statement('update connections set lent_at = ?::timestamptz where id = ?', [now, id]);
  }
}

function earlier(one: Date, other: Date | undefined): Date {
  return other !== undefined && other < one ? other : one;
}

function lendPlatform(connection: PlatformConnection): Choice {
  return { connection, secrets: connection.secrets };
}
