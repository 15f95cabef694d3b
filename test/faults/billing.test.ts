import { approveAndCapture, payAndRefund } from '../src/faults/flows/payments.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

describeCrashes({ service: 'billing' }, [
  flowCase(
    'pay by Stripe and refund half',
    payAndRefund,
    ['intent.after-act', 'intent.after-act:2', 'intent.after-act:3', 'webhook.after-commit'],
    [
      'intent.after-lease',
      'intent.after-settle',
      'outbox.before-commit',
      'outbox.after-commit',
      'relay.after-claim',
      'relay.after-publish',
      'intent.after-lease:2',
      'intent.after-settle:2',
      'webhook.before-commit',
    ],
  ),
  flowCase(
    'pay by PayPal and refund half',
    approveAndCapture,
    ['intent.after-act', 'intent.after-act:2', 'webhook.after-commit'],
    ['intent.after-act:3', 'webhook.before-commit'],
  ),
]);
