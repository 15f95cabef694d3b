import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import { LedgerEntry } from '../domain/ledger-rows.ts';
import { Payment, type PaymentProviderName } from '../domain/payment.ts';
import type { PaymentStatus } from '../domain/payment-status.ts';
import { Refund } from '../domain/refund.ts';

export interface PaymentFilter {
  readonly provider?: PaymentProviderName | null | undefined;
  readonly status?: PaymentStatus | null | undefined;
  /** The customer's e-mail address or number, in canonical form. */
  readonly contact?: string | null | undefined;
}

/** What is in one account of the workspace, in one currency. */
export interface LedgerBalance {
  readonly account: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** Reads payments, refunds and the ledger of the caller's workspace. */
export class FindPayments {
  constructor(private readonly database: Database) {}

  /** In the order of the ids; null for what is unknown or another workspace's. */
  async byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(Payment | null)[]> {
    const found = await this.database.read(actor, (em) => em.find(Payment, { id: { $in: [...ids] } }));
    const byId = new Map(found.map((payment) => [payment.id, payment]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Newest first, one row more than the page holds. */
  page(actor: WorkspaceActor, filter: PaymentFilter, plan: PagePlan): Promise<Payment[]> {
    const where = {
      ...(filter.provider && { provider: filter.provider }),
      ...(filter.status && { status: filter.status }),
      ...(filter.contact && {
        $or: [{ customerEmail: filter.contact }, { customerPhone: filter.contact }],
      }),
    };
    return this.database.read(actor, (em) => findPage(em, Payment, where, plan));
  }

  /** In the order of the ids; null for what is unknown or another workspace's. */
  async refundsByIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(Refund | null)[]> {
    const found = await this.database.read(actor, (em) => em.find(Refund, { id: { $in: [...ids] } }));
    const byId = new Map(found.map((refund) => [refund.id, refund]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Each payment's refunds, oldest first, in the order of the ids. */
  async refundsOf(actor: WorkspaceActor, paymentIds: readonly string[]): Promise<Refund[][]> {
    const found = await this.database.read(actor, (em) =>
      em.find(Refund, { paymentId: { $in: [...paymentIds] } }, { orderBy: { id: 'asc' } }),
    );
    return paymentIds.map((id) => found.filter(({ paymentId }) => paymentId === id));
  }

  /** Each payment's lines in the ledger, oldest first, in the order of the ids. */
  async ledgerOf(actor: WorkspaceActor, paymentIds: readonly string[]): Promise<LedgerEntry[][]> {
    const found = await this.database.read(actor, (em) =>
      em.find(LedgerEntry, { paymentId: { $in: [...paymentIds] } }, { orderBy: { id: 'asc' } }),
    );
    return paymentIds.map((id) => found.filter(({ paymentId }) => paymentId === id));
  }

  /** What is in each account of the workspace, per currency. */
  async balances({ workspaceId, mode }: WorkspaceActor): Promise<LedgerBalance[]> {
    const rows = await this.database.read({ workspaceId, mode }, (em) =>
      em.execute<{ account: string; currency: string; sum: string }[]>(
        `select account, currency, sum(amount_minor)::text as sum from ledger_entries
         where workspace_id = ? group by account, currency order by account, currency`,
        [workspaceId],
      ),
    );
    return rows.map(({ account, currency, sum }) => ({ account, currency, amountMinor: BigInt(sum) }));
  }
}
