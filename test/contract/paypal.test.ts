import { paypalProvider } from '../../services/billing/src/providers/paypal/paypal.provider.ts';
import { holdToContract } from './contract.ts';

const amount = { amountMinor: 2_599n, currency: 'EUR' };

holdToContract({
  vendor: 'paypal',
  provider: paypalProvider,
  asksNobody: ['desk.requireTakable'],
  async play({ provider, call, name, simulate }) {
    await provider.checker.check(call('int_check'));
    const { desk, capturer, refunder } = provider;
    const { providerPaymentId } = await desk.open(
      {
        paymentId: 'pay_first',
        amount,
        description: 'Two tickets',
        metadata: { order: '1042' },
        customer: { email: 'ana@example.com' },
        providerCustomerId: undefined,
        returnUrl: 'https://shop.example/thanks',
      },
      call('int_open'),
    );
    name(providerPaymentId, 'order');
    await desk.look(providerPaymentId, call('int_look'));
    await simulate('approve', { orderId: providerPaymentId });
    const captured = await capturer.capture(providerPaymentId, call('int_capture'));
    const providerChargeId = name(captured.providerChargeId ?? '', 'capture');
    const refund = await refunder.refund(
      {
        refundId: 'rfd_first',
        providerPaymentId,
        providerChargeId,
        amount: { amountMinor: 599n, currency: 'EUR' },
      },
      call('int_refund'),
    );
    name(refund.providerRefundId, 'refund');
    await refunder.look(refund.providerRefundId, call('int_look_refund'));
  },
});
