import 'reflect-metadata';
import { Field, InputType, ObjectType } from 'type-graphql';
import { Shareable } from '../decorators/federation.ts';
import { BigIntScalar } from '../scalars/big-int.ts';
import { CurrencyCode } from '../scalars/currency-code.ts';

const AMOUNT = 'In the smallest unit of the currency: cents for USD, yen for JPY.';

@Shareable()
@ObjectType('Money', { description: 'An amount of money, never a floating-point number.' })
export class Money {
  @Field(() => BigIntScalar, { description: AMOUNT })
  amountMinor!: bigint;

  @Field(() => CurrencyCode)
  currency!: string;
}

@InputType('MoneyInput', { description: 'An amount of money.' })
export class MoneyInput {
  @Field(() => BigIntScalar, { description: AMOUNT })
  amountMinor!: bigint;

  @Field(() => CurrencyCode)
  currency!: string;
}
