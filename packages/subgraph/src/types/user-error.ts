import 'reflect-metadata';
import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import { Shareable } from '../decorators/federation.ts';
import { DateTime } from '../scalars/date-time.ts';

/** A refusal a screen draws next to the field it concerns; part of a mutation's payload. */
@InterfaceType('UserError', { description: 'A refusal to show to the user, as data.' })
export abstract class UserError {
  @Field(() => String, { description: 'A stable name in UPPER_SNAKE, such as `CARD_DECLINED`.' })
  code!: string;

  @Field(() => String, { description: 'A sentence for the user.' })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'The input field it concerns, from `input` inwards.',
  })
  path!: string[] | null;
}

@Shareable()
@ObjectType('InputRefused', {
  implements: UserError,
  description: 'A refusal that needs no handling of its own.',
})
export class InputRefused extends UserError {}

@Shareable()
@ObjectType('RateLimitedByVendor', { implements: UserError, description: 'The vendor asks us to wait.' })
export class RateLimitedByVendor extends UserError {
  @Field(() => DateTime, { nullable: true, description: 'When to try again, if the vendor said so.' })
  retryAt!: Date | null;
}

@Shareable()
@ObjectType('ReconnectRequired', {
  implements: UserError,
  description: 'The connection to the vendor has to be renewed by its owner.',
})
export class ReconnectRequired extends UserError {
  @Field(() => ID, { nullable: true })
  connectionId!: string | null;
}

/** @param path the input field it concerns, such as `['input', 'to']`. */
export function userError(
  code: string,
  message: string,
  path: readonly string[] | null = null,
): InputRefused {
  return Object.assign(new InputRefused(), { code, message, path: path && [...path] });
}
