import { type Database, SYSTEM } from '@switchboard/storage';

const KEPT_HOURS = 24;

/** Removes files that no mail took within a day, with whatever broken transfers left. */
export class CleanUploads {
  constructor(private readonly database: Database) {}

  /** @returns false: what is left is not due yet. */
  async execute(): Promise<boolean> {
    await this.database.transaction(SYSTEM, async ({ em }) => {
      await em.execute(
        `delete from uploads where created_at < now() - interval '${KEPT_HOURS} hours'
           and not exists (select from mail_attachments where upload_id = uploads.id)`,
        [],
        'run',
      );
    });
    return false;
  }
}
