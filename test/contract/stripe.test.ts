import { stripeProvider } from '../../services/billing/src/providers/stripe/stripe.provider.ts';
import { holdToContract } from './contract.ts';

const amount = { amountMinor: 2_599n, currency: 'EUR' };
const order = {
  amount,
  description: 'Two tickets',
  metadata: { order: '1042' },
  customer: { email: 'ana@example.com' },
  returnUrl: 'https://shop.example/thanks',
};

holdToContract({
  vendor: 'stripe',
  provider: stripeProvider,
  asksNobody: ['desk.requireTakable'],
  async play({ provider, call, name }) {
    const { customers, desk, confirmer, canceler, refunder, checker } = provider;
    const details = { email: 'ana@example.com', phone: '+14155550123', name: 'Ana Petrova' };
    const providerCustomerId = await customers.create('cus_ours', details, call('int_customer'));
    name(providerCustomerId, 'customer');

    const paid = await desk.open({ ...order, paymentId: 'pay_first', providerCustomerId }, call('int_open'));
    const { providerPaymentId } = paid;
    name(providerPaymentId, 'paymentIntent');
    await desk.look(providerPaymentId, call('int_look'));
    const { returnUrl } = order;
    await confirmer.confirm({ providerPaymentId, returnUrl }, 'pm_card_visa', call('int_confirm'));
    const refund = await refunder.refund(
      {
        refundId: 'rfd_first',
        providerPaymentId,
        providerChargeId: undefined,
        amount: { amountMinor: 599n, currency: 'EUR' },
      },
      call('int_refund'),
    );
    name(refund.providerRefundId, 'refund');
    await refunder.look(refund.providerRefundId, call('int_look_refund'));

    const unwanted = await desk.open(
      { ...order, paymentId: 'pay_second', providerCustomerId: undefined, returnUrl: undefined },
      call('int_open_second'),
    );
    name(unwanted.providerPaymentId, 'secondPaymentIntent');
    await canceler.cancel(unwanted.providerPaymentId, call('int_cancel'));
    await checker.check(call('int_check'));
  },
});
