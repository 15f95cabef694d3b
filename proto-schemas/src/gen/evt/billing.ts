// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { type LedgerPosted, LedgerPostedSchema } from '../evt/billing/v1/ledger_pb.ts';
export { type PaymentCreated, PaymentCreatedSchema } from '../evt/billing/v1/payments_pb.ts';
export { type PaymentActionRequired, PaymentActionRequiredSchema } from '../evt/billing/v1/payments_pb.ts';
export { type PaymentProcessing, PaymentProcessingSchema } from '../evt/billing/v1/payments_pb.ts';
export { type PaymentSucceeded, PaymentSucceededSchema } from '../evt/billing/v1/payments_pb.ts';
export { type PaymentFailed, PaymentFailedSchema } from '../evt/billing/v1/payments_pb.ts';
export { type PaymentCanceled, PaymentCanceledSchema } from '../evt/billing/v1/payments_pb.ts';
export { type RefundCreated, RefundCreatedSchema } from '../evt/billing/v1/refunds_pb.ts';
export { type RefundSucceeded, RefundSucceededSchema } from '../evt/billing/v1/refunds_pb.ts';
export { type RefundFailed, RefundFailedSchema } from '../evt/billing/v1/refunds_pb.ts';
