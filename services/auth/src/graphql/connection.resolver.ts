import { invalidInput } from '@switchboard/errors';
import { requireWorkspaceActor } from '@switchboard/identity';
import { Secret } from '@switchboard/observability';
import {
  ConnectionHealthChangedSchema,
  ConnectionRecoveredSchema,
  ConnectionRevokedSchema,
} from '@switchboard/proto-schemas/evt/auth';
import {
  Authenticated,
  RequiresScopes,
  Streams,
  type SubgraphContext,
  Text,
  UserError,
} from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Secrets, Vendor } from '../domain/vendors.ts';
import type { CreateConnection } from '../use-cases/connections/create-connection.ts';
import type { DeleteConnection } from '../use-cases/connections/delete-connection.ts';
import type { ListConnections } from '../use-cases/connections/list-connections.ts';
import type { ReadIntegrations } from '../use-cases/connections/read-integrations.ts';
import type { UpdateConnection } from '../use-cases/connections/update-connection.ts';
import type { ImportGrant } from '../use-cases/grants/import-grant.ts';
import type { RevealImported, SecretEncoding } from '../use-cases/vault/reveal-imported.ts';
import { NAME } from './account.inputs.ts';
import { Connection, IntegrationHealth, toConnectionType, toIntegrationHealth } from './connection.type.ts';
import { ConnectionOwnerEnum, SecretEncodingEnum, VendorEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';

@InputType('ConnectionSecretInput')
export class ConnectionSecretInput {
  @Text({ maxLength: 64 })
  @Field(() => String, { description: 'As the vendor’s form calls it, such as `authToken`.' })
  name!: string;

  @Text({ maxLength: 8_192 })
  @Field(() => String, { description: 'Write-only.' })
  value!: string;

  @Field(() => SecretEncodingEnum, {
    nullable: true,
    description: 'How `value` is written; PLAIN by default.',
  })
  encoding?: SecretEncoding | null;
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

@InputType('ConnectionUpdateInput')
export class ConnectionUpdateInput {
  @Field(() => ID)
  connectionId!: string;

  @Text(NAME)
  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => [ConnectionSecretInput], {
    nullable: true,
    description:
      'What is not named stays. Callbacks signed with a replaced value are believed for another day.',
  })
  secrets?: ConnectionSecretInput[] | null;
}

@InputType('ConnectionImportInput')
export class ConnectionImportInput {
  @Field(() => VendorEnum, { description: 'GOOGLE, MICROSOFT or ZOOM.' })
  vendor!: Vendor;

  @Text({ maxLength: 8_192 })
  @Field(() => String, { description: 'Given to the application that this installation uses. Write-only.' })
  refreshToken!: string;

  @Field(() => SecretEncodingEnum, { nullable: true, description: 'PLAIN by default.' })
  encoding?: SecretEncoding | null;

  @Field(() => ConnectionOwnerEnum, { nullable: true, description: 'As in connectionStart.' })
  owner?: keyof typeof ConnectionOwnerEnum | null;

  @Field(() => Boolean, { nullable: true, description: 'As in connectionStart.' })
  sandbox?: boolean | null;
}

@InputType('ConnectionDeleteInput')
export class ConnectionDeleteInput {
  @Field(() => ID)
  connectionId!: string;
}

@ObjectType()
abstract class ConnectionPayload {
  @Field(() => Connection, { nullable: true })
  connection!: Connection | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('ConnectionCreatePayload')
export class ConnectionCreatePayload extends ConnectionPayload {}

@ObjectType('ConnectionUpdatePayload')
export class ConnectionUpdatePayload extends ConnectionPayload {}

@ObjectType('ConnectionImportPayload')
export class ConnectionImportPayload extends ConnectionPayload {}

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
    private readonly updateConnection: UpdateConnection,
    private readonly importGrant: ImportGrant,
    private readonly revealImported: RevealImported,
    private readonly deleteConnection: DeleteConnection,
    private readonly listConnections: ListConnections,
    private readonly readIntegrations: ReadIntegrations,
  ) {}

  @Authenticated()
  @Query(() => [Connection], {
    description:
      "The workspace's vendor accounts and the caller's own; to administrators of the platform also its own.",
  })
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

  @Authenticated()
  @Streams(() => Connection, {
    on: [ConnectionHealthChangedSchema, ConnectionRevokedSchema, ConnectionRecoveredSchema],
    id: 'connectionId',
    description: 'Vendor accounts, or one of them, as they begin or cease to work.',
  })
  integrationHealthChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): Connection | null {
    return null;
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
    const { resource, userErrors } = await outcomeOf(async () => {
      const secrets = this.#toSecrets(input.secrets);
      return this.createConnection.execute(requireWorkspaceActor(actor), { vendor, name, secrets, sandbox });
    });
    return { connection: resource && toConnectionType(resource), userErrors };
  }

  @Authenticated()
  @Mutation(() => ConnectionUpdatePayload, {
    description: 'Renames a connection, or replaces secrets of it in place; its id stays.',
  })
  async connectionUpdate(
    @Arg('input', () => ConnectionUpdateInput) input: ConnectionUpdateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ConnectionUpdatePayload> {
    const { connectionId, name = null } = input;
    const { resource, userErrors } = await outcomeOf(async () => {
      const secrets = input.secrets ? this.#toSecrets(input.secrets) : null;
      return this.updateConnection.execute(requireWorkspaceActor(actor), { connectionId, name, secrets });
    });
    return { connection: resource && toConnectionType(resource), userErrors };
  }

  @Authenticated()
  @Mutation(() => ConnectionImportPayload, {
    description: 'Takes over what a person allowed an earlier product, by its refresh token.',
  })
  async connectionImport(
    @Arg('input', () => ConnectionImportInput) input: ConnectionImportInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ConnectionImportPayload> {
    const { vendor, owner = null, sandbox = null } = input;
    const { resource, userErrors } = await outcomeOf(async () => {
      const path = 'input.refreshToken';
      const encoding = input.encoding ?? 'PLAIN';
      const refreshToken = this.revealImported.execute(input.refreshToken, encoding, path);
      const wanted = { vendor, refreshToken, owner, sandbox };
      return this.importGrant.execute(requireWorkspaceActor(actor), wanted);
    });
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

  #toSecrets(inputs: readonly ConnectionSecretInput[]): Secret<Secrets> {
    const secrets = new Map(
      inputs.map(({ name, value, encoding }) => [
        name,
        this.revealImported.execute(value, encoding ?? 'PLAIN', `input.secrets.${name}`).reveal(),
      ]),
    );
    if (secrets.size !== inputs.length) throw invalidInput('Two secrets have the same name.');
    return new Secret(Object.fromEntries(secrets));
  }
}
