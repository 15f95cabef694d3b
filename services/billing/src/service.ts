import { ProviderRegistry } from '@switchboard/providers';
import { connectionAnswers, contactAnswers, defineService } from '@switchboard/service';
import { billingConfig } from './config.ts';
import { Customer } from './domain/customer.ts';
import { LedgerEntry, LedgerTransaction } from './domain/ledger-rows.ts';
import { Payment } from './domain/payment.ts';
import { Refund } from './domain/refund.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { PaymentResolver } from './graphql/payment.resolver.ts';
import { RefundResolver } from './graphql/refund.resolver.ts';
import { billingSubgraph } from './graphql/subgraph.ts';
import { migrations } from './persistence/migrations.ts';
import { billingInventory } from './personal-data.ts';
import type { PaymentProvider } from './providers/payment-provider.ts';
import { paypalProvider } from './providers/paypal/paypal.provider.ts';
import { stripeProvider } from './providers/stripe/stripe.provider.ts';
import { ActOnPayment } from './use-cases/act-on-payment.ts';
import { paymentsOfContact } from './use-cases/contact-resources.ts';
import { CreatePayment } from './use-cases/create-payment.ts';
import { FindPayments } from './use-cases/find-payments.ts';
import { openPayment } from './use-cases/open-payment.ts';
import { cancelAtVendor, captureAtVendor, confirmAtVendor, lookAgain } from './use-cases/payment-intents.ts';
import { giveBack, RefundPayment } from './use-cases/refund-payment.ts';
import { paypalWebhook } from './webhooks/paypal.ts';
import { stripeWebhook } from './webhooks/stripe.ts';

/** The vendors that take money. */
export const PROVIDERS: readonly PaymentProvider[] = [stripeProvider, paypalProvider];

/** The billing service: payments through Stripe and PayPal, refunds, and the ledger of both. */
export const billing = defineService({
  name: 'billing',
  config: billingConfig,
  entities: [Customer, Payment, Refund, LedgerTransaction, LedgerEntry],
  migrations,
  inventory: billingInventory,
  compose({ database, unitOfWork, lender, runIntent }) {
    const providers = new ProviderRegistry('payment', PROVIDERS);
    const access = { database, lender, providers };
    const look = lookAgain(access);
    const open = openPayment(access, look);
    const confirm = confirmAtVendor(access, look);
    const capture = captureAtVendor(access, look);
    const cancel = cancelAtVendor(access, look);
    const give = giveBack(access);
    const findPayments = new FindPayments(database);
    const resolvers = [
      new PaymentResolver(
        new CreatePayment(unitOfWork, access, open, runIntent),
        new ActOnPayment(unitOfWork, providers, { confirm, capture, cancel }, runIntent),
        findPayments,
      ),
      new RefundResolver(new RefundPayment(unitOfWork, providers, give, runIntent), findPayments),
      new ContactPointResolver(findPayments),
    ];
    return {
      subgraph: billingSubgraph(resolvers, { findPayments }),
      handlers: [],
      intents: [look, open, confirm, capture, cancel, give],
      webhooks: [stripeWebhook(access, look), paypalWebhook(access, look)],
      answers: [contactAnswers(database, paymentsOfContact), connectionAnswers(lender, providers)],
    };
  },
});
