import { requireWorkspaceActor } from '@switchboard/identity';
import { Authenticated, type SubgraphContext, Text, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Purpose } from '../domain/consent-vendors.ts';
import type { Vendor } from '../domain/vendors.ts';
import type { FinishConsent } from '../use-cases/grants/finish-consent.ts';
import type { StartConsent } from '../use-cases/grants/start-consent.ts';
import { Connection, toConnectionType } from './connection.type.ts';
import { ConnectionOwnerEnum, ConnectionPurposeEnum, VendorEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';

@InputType('ConnectionStartInput')
export class ConnectionStartInput {
  @Field(() => VendorEnum, {
    description: 'GOOGLE, MICROSOFT or ZOOM; the others have a form: connectionCreate.',
  })
  vendor!: Vendor;

  @Field(() => ConnectionPurposeEnum)
  purpose!: Purpose;

  @Text({ maxLength: 2_000 })
  @Field(() => String, {
    description:
      'Where the person is sent back to, with `state` and `code` (or `error`) added: hand them to connectionFinish.',
  })
  returnUrl!: string;

  @Field(() => ConnectionOwnerEnum, {
    nullable: true,
    description:
      'The caller by default; the workspace for an API key, and by an administrator. PLATFORM is for the administrators ' +
      'of the platform.',
  })
  owner?: keyof typeof ConnectionOwnerEnum | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it leads to the vendor sandbox. By default yes, until the installation has an application.',
  })
  sandbox?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A connection to renew, or to widen by a further purpose. Its owner stays.',
  })
  connectionId?: string | null;
}

@InputType('ConnectionFinishInput')
export class ConnectionFinishInput {
  @Text({ maxLength: 512 })
  @Field(() => String)
  state!: string;

  @Text({ maxLength: 4_096 })
  @Field(() => String)
  code!: string;
}

@ObjectType('ConnectionStartPayload')
export class ConnectionStartPayload {
  @Field(() => String, {
    nullable: true,
    description: 'To open in the person’s browser. Good for ten minutes, once, and for this session only.',
  })
  authorizationUrl!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('ConnectionFinishPayload')
export class ConnectionFinishPayload {
  @Field(() => Connection, { nullable: true })
  connection!: Connection | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver()
export class ConsentResolver {
  constructor(
    private readonly startConsent: StartConsent,
    private readonly finishConsent: FinishConsent,
  ) {}

  @Authenticated()
  @Mutation(() => ConnectionStartPayload, {
    description: 'Begins to connect an account at a vendor that asks the person for consent.',
  })
  async connectionStart(
    @Arg('input', () => ConnectionStartInput) input: ConnectionStartInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ConnectionStartPayload> {
    const { vendor, purpose, returnUrl, owner = null, sandbox = null, connectionId = null } = input;
    const { resource, userErrors } = await outcomeOf(() =>
      this.startConsent.execute(requireWorkspaceActor(actor), {
        vendor,
        purpose,
        returnUrl,
        owner,
        sandbox,
        connectionId,
      }),
    );
    return { authorizationUrl: resource, userErrors };
  }

  @Authenticated()
  @Mutation(() => ConnectionFinishPayload, {
    description:
      'Connects the account, with what the vendor sent back. Only the session or key that began it can finish it, once.',
  })
  async connectionFinish(
    @Arg('input', () => ConnectionFinishInput) { state, code }: ConnectionFinishInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ConnectionFinishPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.finishConsent.execute(requireWorkspaceActor(actor), { state, code }),
    );
    return { connection: resource && toConnectionType(resource), userErrors };
  }
}
