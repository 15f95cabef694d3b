import type { WorkspaceActor } from '@switchboard/identity';
import type { Database } from '@switchboard/storage';
import { Mailbox } from '../domain/mailbox.ts';

/** A workspace has a few; this many are told. */
const MAILBOXES_MAX = 200;

/** Reads how the mailboxes of the caller's workspace fare. */
export class ListMailboxes {
  constructor(private readonly database: Database) {}

  /** Oldest first. Connections that name no mailbox are not among them. */
  execute(actor: WorkspaceActor): Promise<Mailbox[]> {
    return this.database.read(actor, (em) =>
      em.find(Mailbox, { state: { $ne: 'OFF' } }, { orderBy: { id: 'asc' }, limit: MAILBOXES_MAX }),
    );
  }
}
