import { requireWorkspaceActor } from '@switchboard/identity';
import { buildSubgraph, byKey, type Subgraph } from '@switchboard/subgraph';
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
      Payment: async (ids, { actor }) => {
        const found = await findPayments.byIds(requireWorkspaceActor(actor), ids);
        return found.map((payment) => payment && toPayment(payment));
      },
      Refund: async (ids, { actor }) => {
        const found = await findPayments.refundsByIds(requireWorkspaceActor(actor), ids);
        return found.map((refund) => refund && toRefund(refund));
      },
      ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
    },
  });
}
