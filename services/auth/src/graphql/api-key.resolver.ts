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
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { CreateApiKey } from '../use-cases/access/create-api-key.ts';
import type { ListAgents } from '../use-cases/access/list-agents.ts';
import type { ListApiKeys } from '../use-cases/access/list-api-keys.ts';
import type { RevokeApiKey } from '../use-cases/access/revoke-api-key.ts';
import type { RotateApiKey } from '../use-cases/access/rotate-api-key.ts';
import type { UpdateApiKey } from '../use-cases/access/update-api-key.ts';
import { NAME } from './account.inputs.ts';
import { Agent, toAgent } from './agent.type.ts';
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

  @Field(() => [String], {
    nullable: true,
    description:
      'IP addresses and networks such as `203.0.113.0/24` that it works from; anywhere when absent.',
  })
  allowedAddresses?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it may run nothing but the operations registered with the installation.',
  })
  registeredOperationsOnly?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The agent that shall act by it; a partner’s key when absent.',
  })
  agentId?: string | null;
}

@InputType('ApiKeyUpdateInput')
export class ApiKeyUpdateInput {
  @Field(() => ID)
  apiKeyId!: string;

  @Text(NAME)
  @Field(() => String, { nullable: true, description: 'As it is when absent.' })
  name?: string | null;

  @Field(() => [String], { nullable: true, description: 'As they are when absent; empty: anywhere.' })
  allowedAddresses?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'As it is when absent.' })
  registeredOperationsOnly?: boolean | null;
}

@InputType('ApiKeyRotateInput')
export class ApiKeyRotateInput {
  @Field(() => ID)
  apiKeyId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How long the secret before still works: 0 to 168 hours, 24 when absent.',
  })
  overlapHours?: number | null;
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

@ObjectType('ApiKeyUpdatePayload')
export class ApiKeyUpdatePayload {
  @Field(() => ApiKey, { nullable: true })
  apiKey!: ApiKey | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('ApiKeyRotatePayload')
export class ApiKeyRotatePayload {
  @Field(() => ApiKey, { nullable: true })
  apiKey!: ApiKey | null;

  @Field(() => String, {
    nullable: true,
    description: 'The key with its new secret. It is never shown again.',
  })
  secret!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  constructor(
    private readonly createApiKey: CreateApiKey,
    private readonly updateApiKey: UpdateApiKey,
    private readonly rotateApiKey: RotateApiKey,
    private readonly revokeApiKey: RevokeApiKey,
    private readonly listApiKeys: ListApiKeys,
    private readonly listAgents: ListAgents,
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

  @FieldResolver(() => Agent, {
    nullable: true,
    description: 'The agent that acts by it; null for a partner’s key.',
  })
  async agent(@Root() { agentId }: ApiKey, @Ctx() context: SubgraphContext): Promise<Agent | null> {
    if (agentId === null) return null;
    const caller = requireWorkspaceActor(context.actor);
    return context.load('agentOfApiKey', agentId, async (agentIds) =>
      (await this.listAgents.byIds(caller, agentIds)).map((agent) => agent && toAgent(agent)),
    );
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => ApiKeyCreatePayload, { description: 'Makes an API key.' })
  async apiKeyCreate(
    @Arg('input', () => ApiKeyCreateInput) input: ApiKeyCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ApiKeyCreatePayload> {
    const caller = requireWorkspaceActor(actor);
    const mode = input.mode ? (input.mode === 'TEST' ? 'test' : 'live') : caller.mode;
    const { name, scopes, expiresAt = null, agentId = null } = input;
    const { resource, userErrors } = await outcomeOf(() =>
      this.createApiKey.execute(caller, {
        name,
        scopes,
        mode,
        expiresAt,
        allowedAddresses: input.allowedAddresses ?? [],
        registeredOperationsOnly: input.registeredOperationsOnly ?? false,
        agentId,
      }),
    );
    return {
      apiKey: resource && toApiKey(resource.apiKey),
      secret: resource?.secret.reveal() ?? null,
      userErrors,
    };
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => ApiKeyUpdatePayload, {
    description: 'Renames an API key or changes where and for what it works.',
  })
  async apiKeyUpdate(
    @Arg('input', () => ApiKeyUpdateInput) { apiKeyId, ...input }: ApiKeyUpdateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ApiKeyUpdatePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.updateApiKey.execute(requireWorkspaceActor(actor), apiKeyId, input),
    );
    return { apiKey: resource && toApiKey(resource), userErrors };
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => ApiKeyRotatePayload, {
    description: 'Gives an API key a new secret, while the one before works on for some hours.',
  })
  async apiKeyRotate(
    @Arg('input', () => ApiKeyRotateInput) { apiKeyId, overlapHours }: ApiKeyRotateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ApiKeyRotatePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.rotateApiKey.execute(requireWorkspaceActor(actor), apiKeyId, overlapHours ?? undefined),
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
