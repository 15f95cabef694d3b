import { AppError } from '@switchboard/errors';
import type { RpcImplementation } from '@switchboard/messaging';
import { type ContactsService, Mode } from '@switchboard/proto-schemas';
import { type Database, findPage } from '@switchboard/storage';
import { Payment } from '../domain/payment.ts';
import { Refund } from '../domain/refund.ts';

const IDS_MAX = 1_000;

/** Answers `audit`, and nobody else, which payments a customer made, and what was given back of them. */
export function contactResources(database: Database): RpcImplementation<typeof ContactsService> {
  return {
    async resourceIds({ workspaceId, address, mode, limit }, { asker }) {
      if (asker !== 'audit') throw new AppError('FORBIDDEN', `${asker} asked what belongs to an address`);
      const scope = { workspaceId, mode: mode === Mode.TEST ? 'test' : 'live' } as const;
      const plan = { limit: Math.min(limit || IDS_MAX, IDS_MAX), direction: 'forward' } as const;
      const where = { $or: [{ customerEmail: address }, { customerPhone: address }] };
      const ids = await database.read(scope, async (em) => {
        const payments = await findPage(em, Payment, where, plan);
        const paymentIds = payments.map(({ id }) => id);
        const refunds = await findPage(em, Refund, { paymentId: { $in: paymentIds } }, plan);
        const newestFirst = [...payments, ...refunds].sort(
          (a, b) => b.createdAt.getTime() - a.createdAt.getTime(),
        );
        return newestFirst.map(({ id }) => id);
      });
      return { ids: ids.slice(0, plan.limit) };
    },
  };
}
