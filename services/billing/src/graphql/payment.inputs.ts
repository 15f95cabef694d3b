import {
  ConnectionArgs,
  EmailAddress,
  MoneyInput,
  PhoneNumber,
  Text,
  UrlScalar,
  UserError,
} from '@switchboard/subgraph';
import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { PaymentStatus } from '../domain/payment-status.ts';
import { Payment, PaymentProvider } from './payment.type.ts';
import { Refund } from './refund.type.ts';

@InputType('PaymentCustomerInput', { description: 'Who pays.' })
export class PaymentCustomerInput {
  @Field(() => EmailAddress, { nullable: true })
  email?: string | null;

  @Field(() => PhoneNumber, { nullable: true })
  phone?: string | null;

  @Text({ maxLength: 255 })
  @Field(() => String, { nullable: true })
  name?: string | null;
}

@InputType('PaymentMetadataInput', { description: 'Something of yours to hang on a payment.' })
export class PaymentMetadataInput {
  @Text({ maxLength: 40 })
  @Field(() => String)
  key!: string;

  @Text({ maxLength: 500 })
  @Field(() => String)
  value!: string;
}

@InputType('PaymentCreateInput')
export class PaymentCreateInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => PaymentProvider)
  provider!: keyof typeof PaymentProvider;

  @Field(() => MoneyInput)
  amount!: MoneyInput;

  @Text({ maxLength: 500 })
  @Field(() => String, { description: 'What it is for; the customer may see it.' })
  description!: string;

  @Field(() => PaymentCustomerInput, { nullable: true })
  customer?: PaymentCustomerInput | null;

  @Field(() => [PaymentMetadataInput], { nullable: true })
  metadata?: PaymentMetadataInput[] | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description: 'Where the customer comes back to after approving or authenticating.',
  })
  returnUrl?: string | null;
}

@InputType('PaymentConfirmInput')
export class PaymentConfirmInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => ID)
  paymentId!: string;

  @Text({ maxLength: 255 })
  @Field(() => String, { description: 'The vendor’s payment method, such as `pm_card_visa`.' })
  paymentMethod!: string;
}

@InputType('PaymentCaptureInput')
export class PaymentCaptureInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => ID)
  paymentId!: string;
}

@InputType('PaymentCancelInput')
export class PaymentCancelInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => ID)
  paymentId!: string;
}

@InputType('PaymentRefundInput')
export class PaymentRefundInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => ID)
  paymentId!: string;

  @Field(() => MoneyInput, { nullable: true, description: 'Everything that is left when absent.' })
  amount?: MoneyInput | null;
}

@InputType('PaymentFilter')
export class PaymentFilterInput {
  @Field(() => PaymentProvider, { nullable: true })
  provider?: keyof typeof PaymentProvider | null;

  @Field(() => PaymentStatus, { nullable: true })
  status?: PaymentStatus | null;

  @Text({ maxLength: 254 })
  @Field(() => String, { nullable: true, description: 'The customer’s e-mail address or phone number.' })
  contact?: string | null;
}

@ArgsType()
export class PaymentsArgs extends ConnectionArgs {
  @Field(() => PaymentFilterInput, { nullable: true })
  filter?: PaymentFilterInput | null;
}

@ObjectType('PaymentPayload')
export class PaymentPayload {
  @Field(() => Payment, { nullable: true })
  payment!: Payment | null;

  @Field(() => Boolean, { description: 'Whether this key was used before, so that nothing new was done.' })
  replayed!: boolean;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('PaymentRefundPayload')
export class PaymentRefundPayload {
  @Field(() => Refund, { nullable: true })
  refund!: Refund | null;

  @Field(() => Payment, { nullable: true })
  payment!: Payment | null;

  @Field(() => Boolean, { description: 'Whether this key was used before, so that nothing new was done.' })
  replayed!: boolean;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}
