import {
  connectionOf,
  DateTime,
  EmailAddress,
  Key,
  Money,
  Node,
  NodePrefix,
  PhoneNumber,
  UrlScalar,
} from '@switchboard/subgraph';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Payment as PaymentEntity } from '../domain/payment.ts';
import { PaymentStatus } from '../domain/payment-status.ts';

export const PaymentProvider = { STRIPE: 'STRIPE', PAYPAL: 'PAYPAL' } as const;

registerEnumType(PaymentProvider, {
  name: 'PaymentProvider',
  description: 'Who takes the money.',
  valuesConfig: {
    STRIPE: { description: 'Confirmed with a payment method: paymentConfirm.' },
    PAYPAL: { description: 'Approved by the customer at approvalUrl, then taken: paymentCapture.' },
  },
});
registerEnumType(PaymentStatus, {
  name: 'PaymentStatus',
  description: 'What is known of a payment.',
  valuesConfig: {
    PENDING: { description: 'Recorded; the vendor has not answered yet.' },
    OUTCOME_UNKNOWN: { description: 'The vendor’s answer was lost; a later report may still tell.' },
    REQUIRES_CONFIRMATION: { description: 'Confirm it with a payment method.' },
    REQUIRES_APPROVAL: { description: 'The customer is to approve it at approvalUrl.' },
    REQUIRES_CAPTURE: { description: 'The customer approved it; capture it to take the money.' },
    REQUIRES_ACTION: {
      description: 'The customer’s bank asks for authentication, at approvalUrl if there is one.',
    },
    PROCESSING: { description: 'The vendor is taking the money.' },
    FAILED: { description: 'The money was not taken; see errorCode. It may be confirmed or captured again.' },
    CANCELED: { description: 'Called off before money was taken.' },
    SUCCEEDED: { description: 'The money was taken. What was given back since is amountRefunded.' },
  },
});

@ObjectType('PaymentMetadata', { description: 'Something of yours that you hung on a payment.' })
export class PaymentMetadata {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  value!: string;
}

@Key('id')
@NodePrefix('pay')
@ObjectType('Payment', { implements: Node, description: 'A payment through Stripe or PayPal.' })
export class Payment extends Node {
  @Field(() => PaymentProvider)
  provider!: keyof typeof PaymentProvider;

  @Field(() => PaymentStatus)
  status!: PaymentStatus;

  @Field(() => Money)
  amount!: Money;

  @Field(() => Money, { description: 'Sum of the refunds that succeeded.' })
  amountRefunded!: Money;

  @Field(() => String)
  description!: string;

  @Field(() => EmailAddress, { nullable: true })
  customerEmail!: string | null;

  @Field(() => PhoneNumber, { nullable: true })
  customerPhone!: string | null;

  @Field(() => String, { nullable: true })
  customerName!: string | null;

  @Field(() => [PaymentMetadata])
  metadata!: readonly PaymentMetadata[];

  @Field(() => UrlScalar, { nullable: true, description: 'Where the customer approves or authenticates.' })
  approvalUrl!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The vendor’s reason of the last failure, such as `INSUFFICIENT_FUNDS`.',
  })
  errorCode!: string | null;

  @Field(() => Boolean, { description: 'Whether it stays in the sandbox instead of a real vendor.' })
  sandbox!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const PaymentConnection = connectionOf(Payment);

export function toPayment(entity: PaymentEntity): Payment {
  const { id, provider, status, amount, description, customerEmail, customerPhone, customerName } = entity;
  const { approvalUrl, errorCode, sandbox, createdAt, updatedAt } = entity;
  return Object.assign(new Payment(), {
    id,
    provider,
    status,
    amount,
    amountRefunded: { amountMinor: entity.refundedMinor, currency: entity.currency },
    description,
    customerEmail,
    customerPhone,
    customerName,
    metadata: Object.entries(entity.metadata).map(([key, value]) => ({ key, value })),
    approvalUrl,
    errorCode,
    sandbox,
    createdAt,
    updatedAt,
  });
}
