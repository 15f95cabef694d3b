import { type Database, SYSTEM } from '@switchboard/storage';
import { Connection } from '../../domain/connection.ts';
import { requireOwnerOf } from '../../domain/lending.ts';
import type { Vendor } from '../../domain/vendors.ts';

const PAGE = 500;

/** Tells the service that owns a vendor which connections to it there are: what events said before it began to listen. */
export class ListVendorConnections {
  constructor(private readonly database: Database) {}

  /** @returns a page by id, without the platform's. @throws AppError FORBIDDEN for any other asker. */
  async execute(asker: string, vendor: Vendor, afterConnectionId: string): Promise<Connection[]> {
    requireOwnerOf(vendor, asker);
    return this.database.read(SYSTEM, (em) =>
      em.find(
        Connection,
        { vendor, ownerKind: { $ne: 'PLATFORM' }, id: { $gt: afterConnectionId } },
        { orderBy: { id: 'asc' }, limit: PAGE },
      ),
    );
  }
}
