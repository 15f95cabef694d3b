import { defineInventory } from '@switchboard/personal-data';

const BOOKS = { keep: 'books are kept as long as the law wants them; they name amounts and ids' } as const;

/**
 * Payments outlive their workspace because the books refer to them; who paid, and for what, goes. What a person took in
 * a workspace is the workspace's.
 */
export const billingInventory = defineInventory([
  { table: 'ledger_entries', workspace: { copy: { file: 'ledger-entries' }, erasure: BOOKS } },
  { table: 'ledger_transactions', workspace: { copy: { file: 'ledger-transactions' }, erasure: BOOKS } },
  { table: 'refunds', workspace: { copy: { file: 'refunds' }, erasure: BOOKS } },
  {
    table: 'payments',
    workspace: {
      copy: { file: 'payments' },
      erasure: {
        set: {
          customer_email: 'null',
          customer_phone: 'null',
          customer_name: 'null',
          description: "''",
          metadata: "'{}'::jsonb",
          return_url: 'null',
          approval_url: 'null',
        },
      },
    },
  },
  {
    table: 'customers',
    workspace: {
      copy: { file: 'customers' },
      // The contact is what makes a customer another; an id does that too.
      erasure: { set: { contact: 'id', email: 'null', phone: 'null', name: 'null' } },
    },
  },
]);
