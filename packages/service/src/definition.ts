import type { DescService } from '@bufbuild/protobuf';
import type { EntityClass } from '@mikro-orm/core';
import type { ConfigOf, ConfigShape } from '@switchboard/config';
import type { AnyIntent } from '@switchboard/intents';
import type { Handler, RpcClient, RpcImplementation, UnitOfWork } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import type { DataOffice, Inventory } from '@switchboard/personal-data';
import type { CredentialLender } from '@switchboard/providers';
import type { Database, SqlMigration } from '@switchboard/storage';
import type { Subgraph } from '@switchboard/subgraph';
import type { AnyWebhookVendor } from '@switchboard/webhooks';
import type { FastifyInstance } from 'fastify';

/** What the host hands to a service's composition root. */
export interface ServiceParts {
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  /** Asks other services. */
  readonly rpc: RpcClient;
  /** Borrows vendors' credentials from auth. */
  readonly lender: CredentialLender;
  readonly logger: Logger;
  /** Where clients and vendors reach the installation. */
  readonly publicUrl: string;
  /** Runs a planned intent now and waits for it at most 2 s; after that it goes on by itself. */
  readonly runIntent: (intentId: string) => Promise<void>;
}

/** A contract that a service answers over the broker. */
export interface Answers<S extends DescService = DescService> {
  readonly contract: S;
  readonly implementation: RpcImplementation<S>;
}

export function answers<S extends DescService>(contract: S, implementation: RpcImplementation<S>): Answers {
  // The host passes both along together; which methods there are does not matter to it.
  return { contract, implementation } as unknown as Answers;
}

/** A service's rooms, as its composition root built them. */
export interface ServiceRooms {
  readonly subgraph: Subgraph;
  readonly handlers: readonly Handler[];
  readonly intents: readonly AnyIntent[];
  readonly webhooks?: readonly AnyWebhookVendor[];
  readonly answers?: readonly Answers[];
  /** Where requests for data are answered to: auth, over the broker, unless the service is auth itself. */
  readonly dataOffice?: DataOffice;
  /** Routes beside GraphQL and webhooks, such as uploads. */
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
  /** Work to end when the service stops. */
  readonly stop?: () => Promise<void>;
}

/** Everything that makes one service. The host supplies what every service needs. */
export interface ServiceDefinition<S extends ConfigShape = ConfigShape> {
  readonly name: string;
  /** The service's own variables; those of the host are added. */
  readonly config: S;
  readonly entities: readonly EntityClass<object>[];
  /** The service's own tables; those of the kits are added. */
  readonly migrations: readonly SqlMigration[];
  /** What of its tables is copied and erased for a person or a workspace. Every table is in it. */
  readonly inventory: Inventory;
  compose(parts: ServiceParts, config: ConfigOf<S>): ServiceRooms | Promise<ServiceRooms>;
}

export function defineService<S extends ConfigShape>(definition: ServiceDefinition<S>): ServiceDefinition<S> {
  return definition;
}
