import type { UnitOfWork } from '@switchboard/messaging';
import { ConnectionCreatedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { PLATFORM_WORKSPACE } from '../../domain/connection.ts';
import { firstCheckOf } from '../../domain/connection-checks.ts';
import type { Installation } from '../../domain/installation.ts';
import { factsOf } from './save-connection.ts';

/** Gives the platform's connections rows for their health. Runs at every start; replicas may run it together. */
export class SyncPlatformConnections {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly installation: Installation,
    private readonly now: Clock,
  ) {}

  async execute(): Promise<void> {
    await this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const now = this.now();
      for (const connection of this.installation.platformConnections) {
        const { id, vendor, sandbox } = connection;
        const name = sandbox ? 'Vendor sandbox' : 'Platform';
        const inserted = await em.execute<unknown[]>(
          `insert into connections (id, workspace_id, owner_kind, vendor, name, sandbox, test_only, shown, state, state_since, created_at, updated_at)
           values (?, ?, 'PLATFORM', ?, ?, ?, false, '[]', 'CONNECTED', ?, ?, ?)
           on conflict (id) do nothing returning id`,
          [id, PLATFORM_WORKSPACE, vendor, name, sandbox, now, now, now],
        );
        if (inserted.length > 0) {
          record(ConnectionCreatedSchema, factsOf(connection), { workspaceId: PLATFORM_WORKSPACE });
        }
        // The configuration may have brought another credential.
        await em.execute(
          `update connections set next_check_at = least(next_check_at, ?::timestamptz), check_failures = 0
           where id = ?`,
          [firstCheckOf(vendor, now), id],
        );
      }
    });
  }
}
