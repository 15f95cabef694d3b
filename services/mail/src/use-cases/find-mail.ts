import { raw } from '@mikro-orm/core';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import type { MailDirection } from '../domain/mail-direction.ts';
import { MailMessage } from '../domain/mail-message.ts';
import type { MailStatus } from '../domain/mail-status.ts';
import { addressKeyOf } from '../domain/recipients.ts';
import { inOrder, TimelineEntry } from '../domain/timeline-entry.ts';

const WITH_PARTS = ['recipients', 'attachments.upload'] as const;

export interface MailFilter {
  readonly status?: MailStatus | null | undefined;
  readonly direction?: MailDirection | null | undefined;
  /** A recipient's address, or the sender's of a received mail. */
  readonly contact?: string | null | undefined;
  /** Key of a built-in template. */
  readonly template?: string | null | undefined;
}

/**
 * What a mail to an address, or received from it, fulfils. One list of ids from two indexes: with an OR the database would go
 * through all mails of the workspace.
 */
export function exchangedWith(address: string) {
  const addressKey = addressKeyOf(address);
  const isAmong = raw(
    (alias) =>
      `${alias}.id in (select message_id from mail_recipients where address_key = ?
         union all select id from mail_messages where sender_key = ?)`,
    [addressKey, addressKey],
  );
  return { [isAmong]: [] };
}

/** Reads mails of the caller's workspace. */
export class FindMail {
  constructor(private readonly database: Database) {}

  /** In the order of the ids; null for what is unknown or another workspace's. */
  async byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(MailMessage | null)[]> {
    const found = await this.database.read(actor, (em) =>
      em.find(MailMessage, { id: { $in: [...ids] } }, { populate: WITH_PARTS }),
    );
    const byId = new Map(found.map((message) => [message.id, message]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Newest first, one row more than the page holds. */
  page(actor: WorkspaceActor, filter: MailFilter, plan: PagePlan): Promise<MailMessage[]> {
    const { status, template, direction, contact } = filter;
    const where = {
      ...(status && { status }),
      ...(template && { template }),
      ...(direction && { direction }),
      ...(contact && exchangedWith(contact)),
    };
    return this.database.read(actor, async (em) => {
      const rows = await findPage(em, MailMessage, where, plan);
      await em.populate(rows, WITH_PARTS);
      return rows;
    });
  }

  /** The histories of mails, oldest line first, in the order of the mails' ids. */
  async timelines(actor: WorkspaceActor, messageIds: readonly string[]): Promise<TimelineEntry[][]> {
    const entries = await this.database.read(actor, (em) =>
      em.find(TimelineEntry, { message: { $in: [...messageIds] } }),
    );
    const byMessage = Map.groupBy(entries, ({ message }) => message.id);
    return messageIds.map((id) => inOrder(byMessage.get(id) ?? []));
  }
}
