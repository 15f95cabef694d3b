import { buildSubgraph, contactPointReference, type Subgraph, scoped } from '@switchboard/subgraph';
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
      Payment: scoped('billing:read', (ids, caller) => findPayments.byIds(caller, ids), toPayment),
      Refund: scoped('billing:read', (ids, caller) => findPayments.refundsByIds(caller, ids), toRefund),
      ...contactPointReference,
    },
  });
}
