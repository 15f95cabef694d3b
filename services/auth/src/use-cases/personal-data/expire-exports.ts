import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';

/** Throws copies away after their time; without their key what backups hold of them opens nowhere. */
export class ExpireExports {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  execute(): Promise<void> {
    return this.database.transaction(SYSTEM, async ({ em }) => {
      const expired = await em.execute<{ id: string }[]>(
        `update data_requests set state = 'EXPIRED'
         where kind = 'EXPORT' and state = 'DONE' and expires_at <= ? returning id`,
        [this.now()],
      );
      for (const { id } of expired) {
        await em.execute('delete from data_parts where request_id = ?', [id], 'run');
        await em.execute('delete from workspace_keys where workspace_id = ?', [id], 'run');
      }
    });
  }
}
