import { requireWorkspaceActor } from '@switchboard/identity';
import {
  type Connection,
  ConnectionArgs,
  DateTime,
  planPage,
  RequiresScopes,
  type SubgraphContext,
  Text,
  toConnection,
  UserError,
} from '@switchboard/subgraph';
import { Arg, Args, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { CreateApiKey } from '../use-cases/create-api-key.ts';
import type { ListApiKeys } from '../use-cases/list-api-keys.ts';
import type { RevokeApiKey } from '../use-cases/revoke-api-key.ts';
import { NAME } from './account.inputs.ts';
import { ApiKey, ApiKeyConnection, toApiKey } from './api-key.type.ts';
import { ApiKeyModeEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';

@InputType('ApiKeyCreateInput')
export class ApiKeyCreateInput {
  @Text(NAME)
  @Field(() => String)
  name!: string;

  @Field(() => [String], { description: 'Such as `mail:send`; only scopes you have.' })
  scopes!: string[];

  @Field(() => ApiKeyModeEnum, {
    nullable: true,
    description: 'LIVE when absent; a test key makes TEST keys.',
  })
  mode?: keyof typeof ApiKeyModeEnum | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt?: Date | null;
}

@InputType('ApiKeyRevokeInput')
export class ApiKeyRevokeInput {
  @Field(() => ID)
  apiKeyId!: string;
}

@ObjectType('ApiKeyCreatePayload')
export class ApiKeyCreatePayload {
  @Field(() => ApiKey, { nullable: true })
  apiKey!: ApiKey | null;

  @Field(() => String, { nullable: true, description: 'The key itself. It is never shown again.' })
  secret!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('ApiKeyRevokePayload')
export class ApiKeyRevokePayload {
  @Field(() => ApiKey, { nullable: true })
  apiKey!: ApiKey | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  constructor(
    private readonly createApiKey: CreateApiKey,
    private readonly revokeApiKey: RevokeApiKey,
    private readonly listApiKeys: ListApiKeys,
  ) {}

  @RequiresScopes('workspace:admin')
  @Query(() => ApiKeyConnection, {
    nullable: true,
    description: "The workspace's API keys, revoked ones included.",
  })
  async apiKeys(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<ApiKey>> {
    const plan = planPage(args);
    const rows = await this.listApiKeys.execute(requireWorkspaceActor(actor), plan);
    return toConnection(rows.map(toApiKey), plan);
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => ApiKeyCreatePayload, { description: 'Makes an API key.' })
  async apiKeyCreate(
    @Arg('input', () => ApiKeyCreateInput) input: ApiKeyCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ApiKeyCreatePayload> {
    const caller = requireWorkspaceActor(actor);
    const mode = input.mode ? (input.mode === 'TEST' ? 'test' : 'live') : caller.mode;
    const { name, scopes, expiresAt = null } = input;
    const { resource, userErrors } = await outcomeOf(() =>
      this.createApiKey.execute(caller, { name, scopes, mode, expiresAt }),
    );
    return {
      apiKey: resource && toApiKey(resource.apiKey),
      secret: resource?.secret.reveal() ?? null,
      userErrors,
    };
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => ApiKeyRevokePayload, { description: 'Ends an API key for good, at once.' })
  async apiKeyRevoke(
    @Arg('input', () => ApiKeyRevokeInput) { apiKeyId }: ApiKeyRevokeInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ApiKeyRevokePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.revokeApiKey.execute(requireWorkspaceActor(actor), apiKeyId),
    );
    return { apiKey: resource && toApiKey(resource), userErrors };
  }
}
