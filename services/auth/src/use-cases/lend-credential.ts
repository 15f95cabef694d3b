import { notFound } from '@switchboard/errors';
import { Secret } from '@switchboard/observability';
import { type Database, SYSTEM, type Tx } from '@switchboard/storage';
import { after, type Clock, MINUTE_MS } from '../domain/clock.ts';
import { Connection, secretsAt } from '../domain/connection.ts';
import type { Installation } from '../domain/installation.ts';
import { type Borrower, type Candidate, mayLend, narrowest, requireOwnerOf } from '../domain/lending.ts';
import type { PlatformConnection } from '../domain/platform-connection.ts';
import { liveDestination, sandboxDestination } from '../domain/sandbox-address.ts';
import type { Secrets, Vendor } from '../domain/vendors.ts';
import type { SealSecrets } from './seal-secrets.ts';

/** A borrower lives on a credential this long while auth is away. */
const LOAN_MS = 10 * MINUTE_MS;

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

type Choice = { readonly connection: Candidate; readonly secrets: Secret<Secrets> };

/** Lends the credential of a connection to the one service that owns its vendor. */
export class LendCredential {
  constructor(
    private readonly database: Database,
    private readonly installation: Installation,
    private readonly sealSecrets: SealSecrets,
    private readonly now: Clock,
  ) {}

  /** @throws AppError FORBIDDEN for any other asker, NOT_FOUND when nothing fits. */
  async execute(asker: string, request: LendRequest): Promise<Loan> {
    requireOwnerOf(request.vendor, asker);
    const choice = request.connectionId === '' ? await this.#narrowest(request) : await this.#named(request);
    if (!choice) throw notFound('Connection');
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
      expiresAt: after(this.now(), LOAN_MS),
    };
  }

  /** Vendors' callbacks name a connection and no workspace; the asker is the vendor's owner in any case. */
  async #named(request: LendRequest): Promise<Choice | undefined> {
    const { vendor, connectionId, mode } = request;
    const platform = this.installation.platformNamed(vendor, connectionId, mode);
    if (platform) return mayLend(platform, request) ? lendPlatform(platform) : undefined;
    return this.database.read(SYSTEM, async (em) => {
      const row = await em.findOne(Connection, { id: connectionId, vendor, ownerKind: { $ne: 'PLATFORM' } });
      return row && mayLend(row, request) ? this.#lendRow(em, row) : undefined;
    });
  }

  #narrowest(request: LendRequest): Promise<Choice | undefined> {
    const { vendor, workspaceId } = request;
    return this.database.read(SYSTEM, async (em) => {
      const rows = workspaceId === '' ? [] : await em.find(Connection, { workspaceId, vendor });
      const row = narrowest(rows, request);
      if (row) return this.#lendRow(em, row);
      const platform = narrowest(this.installation.platformConnectionsOf(vendor), request);
      return platform && lendPlatform(platform);
    });
  }

  async #lendRow(em: Tx['em'], row: Connection): Promise<Choice> {
    const opened = await this.sealSecrets.open(em, row);
    return { connection: row, secrets: new Secret(secretsAt(row, opened.reveal(), this.now())) };
  }
}

function lendPlatform(connection: PlatformConnection): Choice {
  return { connection, secrets: connection.secrets };
}
