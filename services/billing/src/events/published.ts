import type { EventTx } from '@switchboard/messaging';
import {
  LedgerPostedSchema,
  PaymentActionRequiredSchema,
  PaymentCanceledSchema,
  PaymentCreatedSchema,
  PaymentFailedSchema,
  PaymentProcessingSchema,
  PaymentSucceededSchema,
  RefundCreatedSchema,
  RefundFailedSchema,
  RefundSucceededSchema,
} from '@switchboard/proto-schemas';
import type { Payment } from '../domain/payment.ts';
import type { Refund } from '../domain/refund.ts';

/** Every fact that billing states. */
export const PUBLISHED = [
  PaymentCreatedSchema,
  PaymentActionRequiredSchema,
  PaymentProcessingSchema,
  PaymentSucceededSchema,
  PaymentFailedSchema,
  PaymentCanceledSchema,
  RefundCreatedSchema,
  RefundSucceededSchema,
  RefundFailedSchema,
  LedgerPostedSchema,
];

/** States what a payment has just become. `PENDING` was stated when it was recorded. */
export function recordPaymentStatus({ record }: EventTx, payment: Payment): void {
  const { id: paymentId, workspaceId, currency, sandbox } = payment;
  switch (payment.status) {
    case 'REQUIRES_APPROVAL':
    case 'REQUIRES_ACTION':
      record(PaymentActionRequiredSchema, { paymentId, sandbox }, { workspaceId });
      break;
    case 'PROCESSING':
      record(PaymentProcessingSchema, { paymentId, sandbox }, { workspaceId });
      break;
    case 'SUCCEEDED':
      record(
        PaymentSucceededSchema,
        { paymentId, amountMinor: payment.capturedMinor, currency, sandbox },
        { workspaceId },
      );
      break;
    case 'FAILED':
      record(PaymentFailedSchema, { paymentId, code: payment.errorCode ?? '', sandbox }, { workspaceId });
      break;
    case 'CANCELED':
      record(PaymentCanceledSchema, { paymentId, sandbox }, { workspaceId });
      break;
    default:
      break;
  }
}

/** States what a refund has just become. `PENDING` was stated when it was recorded. */
export function recordRefundStatus({ record }: EventTx, refund: Refund): void {
  const { id: refundId, paymentId, workspaceId, amountMinor, currency, sandbox } = refund;
  if (refund.status === 'SUCCEEDED') {
    record(RefundSucceededSchema, { refundId, paymentId, amountMinor, currency, sandbox }, { workspaceId });
  }
  if (refund.status === 'FAILED') {
    record(
      RefundFailedSchema,
      { refundId, paymentId, code: refund.errorCode ?? '', sandbox },
      { workspaceId },
    );
  }
}
