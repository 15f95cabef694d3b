import { DateTime, Key, Node, NodePrefix, RequiresScopes } from '@switchboard/subgraph';
import { Field, ID, ObjectType } from 'type-graphql';
import type { Connection as ConnectionEntity } from '../domain/connection.ts';
import { nextLookAt } from '../domain/connection-checks.ts';
import { isConsentVendor, type Purpose, purposesOf } from '../domain/consent-vendors.ts';
import { type ConnectionState, errorSentence } from '../domain/health.ts';
import type { Vendor } from '../domain/vendors.ts';
import type { Integration } from '../use-cases/connections/read-integrations.ts';
import { ConnectionOwnerEnum, ConnectionPurposeEnum, ConnectionStateEnum, VendorEnum } from './enums.ts';

@ObjectType('ConnectionSecret', { description: 'One value of a credential, as far as it may be shown.' })
export class ConnectionSecret {
  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'The value, or the last four characters of a secret.' })
  value!: string;

  @Field(() => Boolean, { description: 'Whether it is a secret, and therefore masked.' })
  secret!: boolean;
}

@Key('id')
@NodePrefix('con')
@ObjectType('Connection', { implements: Node, description: 'An account at a vendor.' })
export class Connection extends Node {
  @Field(() => VendorEnum)
  vendor!: Vendor;

  @Field(() => String)
  name!: string;

  @Field(() => ConnectionOwnerEnum)
  owner!: keyof typeof ConnectionOwnerEnum;

  @Field(() => Boolean, { description: 'Whether it leads to the vendor sandbox.' })
  sandbox!: boolean;

  @Field(() => ConnectionStateEnum)
  state!: ConnectionState;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is looked at next by itself; null while it is judged by its use only.',
  })
  nextCheckAt!: Date | null;

  @RequiresScopes('workspace:admin')
  @Field(() => [ConnectionSecret], { nullable: true })
  secrets!: readonly ConnectionSecret[] | null;

  @Field(() => [ConnectionPurposeEnum], {
    description:
      'What a connection by consent is good for: what was granted may be less than what was asked.',
  })
  purposes!: readonly Purpose[];

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When its secrets were last replaced.' })
  updatedAt!: Date;
}

@ObjectType('IntegrationError', { description: 'Why an integration does not work.' })
export class IntegrationError {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

@ObjectType('IntegrationHealth', { description: 'How one vendor fares for the caller.' })
export class IntegrationHealth {
  @Field(() => VendorEnum)
  vendor!: Vendor;

  @Field(() => ConnectionStateEnum)
  state!: ConnectionState;

  @Field(() => DateTime, { nullable: true, description: 'When the state began.' })
  since!: Date | null;

  @Field(() => IntegrationError, { nullable: true })
  lastError!: IntegrationError | null;

  @Field(() => DateTime, { nullable: true, description: 'To within a minute.' })
  lastSuccessAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is looked at next by itself; null while it is judged by its use only.',
  })
  nextCheckAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether it leads to the vendor sandbox.' })
  sandbox!: boolean;

  @Field(() => ID, { nullable: true, description: 'The connection in use: the narrowest one.' })
  connectionId!: string | null;
}

export function toConnectionType(entity: ConnectionEntity): Connection {
  const { id, vendor, name, ownerKind, sandbox, state, shown, scopes, createdAt, updatedAt } = entity;
  return Object.assign(new Connection(), {
    id,
    vendor,
    name,
    owner: ownerKind,
    sandbox,
    state,
    nextCheckAt: nextLookAt(entity),
    secrets: shown,
    purposes: scopes && isConsentVendor(vendor) ? purposesOf(vendor, scopes) : [],
    createdAt,
    updatedAt,
  });
}

export function toIntegrationHealth({ vendor, isConfigured, connection }: Integration): IntegrationHealth {
  const lastErrorCode = connection?.health.lastErrorCode ?? null;
  return Object.assign(new IntegrationHealth(), {
    vendor,
    state: connection?.health.state ?? (isConfigured ? 'DISCONNECTED' : 'NOT_CONFIGURED'),
    since: connection?.health.since ?? null,
    lastError: lastErrorCode === null ? null : { code: lastErrorCode, message: errorSentence(lastErrorCode) },
    lastSuccessAt: connection?.health.lastSuccessAt ?? null,
    nextCheckAt: connection?.nextCheckAt ?? null,
    sandbox: connection?.sandbox ?? false,
    connectionId: connection?.id ?? null,
  });
}
