import { DateTime, Key, Money, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { type Refund as RefundEntity, RefundStatus } from '../domain/refund.ts';

registerEnumType(RefundStatus, {
  name: 'RefundStatus',
  description: 'What is known of a refund.',
  valuesConfig: {
    PENDING: { description: 'Recorded; the vendor has not answered yet.' },
    OUTCOME_UNKNOWN: { description: 'The vendor’s answer was lost; a later report may still tell.' },
    PROCESSING: { description: 'The vendor is giving the money back.' },
    SUCCEEDED: { description: 'The money was given back.' },
    FAILED: {
      description: 'The money was not given back, or the customer’s bank returned it; see errorCode.',
    },
  },
});

@Key('id')
@NodePrefix('rfd')
@ObjectType('Refund', { implements: Node, description: 'Money given back from a payment.' })
export class Refund extends Node {
  @Field(() => ID)
  paymentId!: string;

  @Field(() => Money)
  amount!: Money;

  @Field(() => RefundStatus)
  status!: RefundStatus;

  @Field(() => String, { nullable: true, description: 'The vendor’s reason of a failure.' })
  errorCode!: string | null;

  @Field(() => Boolean, { description: 'Whether it stays in the sandbox instead of a real vendor.' })
  sandbox!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export function toRefund(entity: RefundEntity): Refund {
  const { id, paymentId, amount, status, errorCode, sandbox, createdAt, updatedAt } = entity;
  return Object.assign(new Refund(), {
    id,
    paymentId,
    amount,
    status,
    errorCode,
    sandbox,
    createdAt,
    updatedAt,
  });
}
