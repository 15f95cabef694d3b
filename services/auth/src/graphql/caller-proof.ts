import { Secret } from '@switchboard/observability';
import { Text } from '@switchboard/subgraph';
import { Field, InputType } from 'type-graphql';
import { PASSWORD_LENGTH_MAX } from '../domain/password-rule.ts';
import type { FactorMethod } from '../domain/second-factor.ts';
import type { Proof } from '../use-cases/accounts/prove-again.ts';
import { FactorMethodEnum } from './enums.ts';

/** What a caller shows again before something that cannot be undone. */
@InputType()
export abstract class CallerProof {
  @Text({ maxLength: PASSWORD_LENGTH_MAX })
  @Field(() => String, { nullable: true, description: 'Your own. Needed unless your account has none.' })
  password?: string | null;

  @Field(() => FactorMethodEnum, {
    nullable: true,
    description: 'What `code` is: TOTP or RECOVERY_CODE. Needed if you have a second factor.',
  })
  method?: FactorMethod | null;

  @Text({ maxLength: 64 })
  @Field(() => String, { nullable: true })
  code?: string | null;
}

export function proofOf({ password, method, code }: CallerProof): Proof {
  return {
    password: password ? new Secret(password) : null,
    factor: method && code ? { method, code } : null,
  };
}
