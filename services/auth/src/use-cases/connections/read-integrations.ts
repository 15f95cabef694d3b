import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, SYSTEM } from '@switchboard/storage';
import { Connection, healthOf, PLATFORM_WORKSPACE } from '../../domain/connection.ts';
import { nextLookAt } from '../../domain/connection-checks.ts';
import { isConsentVendor } from '../../domain/consent-vendors.ts';
import type { Health } from '../../domain/health.ts';
import type { Installation } from '../../domain/installation.ts';
import { narrowest } from '../../domain/lending.ts';
import { VENDORS, type Vendor } from '../../domain/vendors.ts';
import type { ListConnections } from './list-connections.ts';
import { PLATFORM_GRANTS } from './reach-connections.ts';

/** How one vendor fares for the caller. */
export interface Integration {
  readonly vendor: Vendor;
  /** Whether there is a way to connect: an application at a vendor that asks for consent, a form at the others. */
  readonly isConfigured: boolean;
  /** The connection that would be lent to the caller; absent when there is none. */
  readonly connection:
    | {
        readonly id: string;
        readonly sandbox: boolean;
        readonly health: Health;
        /** As `nextLookAt` says. */
        readonly nextCheckAt: Date | null;
      }
    | undefined;
}

/** Reads the health of every vendor, judged by the connection the caller would get. */
export class ReadIntegrations {
  constructor(
    private readonly database: Database,
    private readonly installation: Installation,
    private readonly listConnections: ListConnections,
  ) {}

  async execute(actor: WorkspaceActor): Promise<Integration[]> {
    const own = await this.listConnections.execute(actor);
    const platform = await this.#platformRows();
    const borrower = { workspaceId: actor.workspaceId, userId: actor.userId ?? '', mode: actor.mode };
    return VENDORS.map((vendor) => {
      const candidates = [...own, ...platform].filter((connection) => connection.vendor === vendor);
      const chosen = narrowest(candidates, borrower);
      return {
        vendor,
        isConfigured: isConsentVendor(vendor) && this.installation.hasConsentClient(vendor),
        connection: chosen && {
          id: chosen.id,
          sandbox: chosen.sandbox,
          health: healthOf(chosen),
          nextCheckAt: nextLookAt(chosen),
        },
      };
    });
  }

  /** Rows of the platform are no workspace's; those count that the configuration still names, and those a person connected. */
  #platformRows(): Promise<Connection[]> {
    const ids = this.installation.platformConnections.map((connection) => connection.id);
    return this.database.read(SYSTEM, (em) =>
      em.find(Connection, { workspaceId: PLATFORM_WORKSPACE, $or: [{ id: { $in: ids } }, PLATFORM_GRANTS] }),
    );
  }
}
