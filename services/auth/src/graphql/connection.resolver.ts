import { invalidInput } from '@switchboard/errors';
import { requireWorkspaceActor } from '@switchboard/identity';
import { Secret } from '@switchboard/observability';
import { Authenticated, RequiresScopes, type SubgraphContext, Text, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Secrets, Vendor } from '../domain/vendors.ts';
import type { CreateConnection } from '../use-cases/create-connection.ts';
import type { DeleteConnection } from '../use-cases/delete-connection.ts';
import type { ListConnections } from '../use-cases/list-connections.ts';
import type { ReadIntegrations } from '../use-cases/read-integrations.ts';
import { NAME } from './account.inputs.ts';
import { Connection, IntegrationHealth, toConnectionType, toIntegrationHealth } from './connection.type.ts';
import { VendorEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';

@InputType('ConnectionSecretInput')
export class ConnectionSecretInput {
  @Text({ maxLength: 64 })
  @Field(() => String, { description: 'As the vendor’s form calls it, such as `authToken`.' })
  name!: string;

  @Text({ maxLength: 4_096 })
  @Field(() => String, { description: 'Write-only.' })
  value!: string;
}

@InputType('ConnectionCreateInput')
export class ConnectionCreateInput {
  @Field(() => VendorEnum)
  vendor!: Vendor;

  @Text(NAME)
  @Field(() => String)
  name!: string;

  @Field(() => [ConnectionSecretInput])
  secrets!: ConnectionSecretInput[];

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it leads to the vendor sandbox. By default yes, until the installation has a real account.',
  })
  sandbox?: boolean | null;
}

@InputType('ConnectionDeleteInput')
export class ConnectionDeleteInput {
  @Field(() => ID)
  connectionId!: string;
}

@ObjectType('ConnectionCreatePayload')
export class ConnectionCreatePayload {
  @Field(() => Connection, { nullable: true })
  connection!: Connection | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('ConnectionDeletePayload')
export class ConnectionDeletePayload {
  @Field(() => ID, { nullable: true })
  connectionId!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => Connection)
export class ConnectionResolver {
  constructor(
    private readonly createConnection: CreateConnection,
    private readonly deleteConnection: DeleteConnection,
    private readonly listConnections: ListConnections,
    private readonly readIntegrations: ReadIntegrations,
  ) {}

  @Authenticated()
  @Query(() => [Connection], { description: "The workspace's vendor accounts, and the caller's own." })
  async connections(@Ctx() { actor }: SubgraphContext): Promise<Connection[]> {
    const rows = await this.listConnections.execute(requireWorkspaceActor(actor));
    return rows.map(toConnectionType);
  }

  @Authenticated()
  @Query(() => [IntegrationHealth], { description: 'How each vendor fares for the caller.' })
  async integrations(@Ctx() { actor }: SubgraphContext): Promise<IntegrationHealth[]> {
    const rows = await this.readIntegrations.execute(requireWorkspaceActor(actor));
    return rows.map(toIntegrationHealth);
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => ConnectionCreatePayload, {
    description: 'Connects the workspace to an account at a vendor.',
  })
  async connectionCreate(
    @Arg('input', () => ConnectionCreateInput) input: ConnectionCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ConnectionCreatePayload> {
    const { vendor, name, sandbox = null } = input;
    const secrets = new Secret(toSecrets(input.secrets));
    const { resource, userErrors } = await outcomeOf(() =>
      this.createConnection.execute(requireWorkspaceActor(actor), { vendor, name, secrets, sandbox }),
    );
    return { connection: resource && toConnectionType(resource), userErrors };
  }

  @Authenticated()
  @Mutation(() => ConnectionDeletePayload, { description: 'Deletes a connection together with its secrets.' })
  async connectionDelete(
    @Arg('input', () => ConnectionDeleteInput) { connectionId }: ConnectionDeleteInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ConnectionDeletePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.deleteConnection.execute(requireWorkspaceActor(actor), connectionId),
    );
    return { connectionId: resource, userErrors };
  }
}

function toSecrets(pairs: readonly ConnectionSecretInput[]): Secrets {
  const secrets = new Map(pairs.map(({ name, value }) => [name, value]));
  if (secrets.size !== pairs.length) throw invalidInput('Two secrets have the same name.');
  return Object.fromEntries(secrets);
}
