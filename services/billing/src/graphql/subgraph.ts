import { buildSubgraph, byKey, type Subgraph, scoped } from '@switchboard/subgraph';
import type { FindPayments } from '../use-cases/find-payments.ts';
import { toPayment } from './payment.type.ts';
import { toRefund } from './refund.type.ts';

/** What other subgraphs and `node` may ask for, always within the caller's workspace. */
export interface Lookups {
  readonly findPayments: FindPayments;
}

/** Billing's part of the graph. The classes of the resolvers will do where only the schema is wanted. */
export function billingSubgraph(resolvers: readonly object[], { findPayments }: Lookups): Subgraph {
  return buildSubgraph({
    name: 'billing',
    resolvers,
    references: {
      Payment: scoped('billing:read', async (ids, caller) => {
        const found = await findPayments.byIds(caller, ids);
        return found.map((payment) => payment && toPayment(payment));
      }),
      Refund: scoped('billing:read', async (ids, caller) => {
        const found = await findPayments.refundsByIds(caller, ids);
        return found.map((refund) => refund && toRefund(refund));
      }),
      ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
    },
  });
}
