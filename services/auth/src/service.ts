// First: fields stand in the graph in the order in which the classes of their resolvers are loaded.
import './graphql/resolver-classes.ts';
import { AuthService } from '@switchboard/proto-schemas';
import {
  answers,
  defineService,
  type ServiceDefinition,
  type ServiceParts,
  type ServiceRooms,
} from '@switchboard/service';
import { assembleAccess } from './assembly/access.ts';
import { assembleAccounts } from './assembly/accounts.ts';
import { assembleConnections } from './assembly/connections.ts';
import { assembleDataRequests } from './assembly/data-requests.ts';
import { shareParts } from './assembly/shared-parts.ts';
import { assembleWorkspaces } from './assembly/workspaces.ts';
import { type AuthConfig, authConfig, installationOf } from './config.ts';
import { type Clock, SECOND_MS } from './domain/clock.ts';
import { authSubgraph } from './graphql/subgraph.ts';
import { ENTITIES, MIGRATIONS } from './persistence/schema.ts';
import { authInventory } from './personal-data.ts';
import { authAnswers } from './rpc/auth-answers.ts';
import { SyncPlatformConnections } from './use-cases/connections/sync-platform-connections.ts';

/** How often the service looks for work that is due, in milliseconds; tests hand in their own. */
export interface Intervals {
  /** Tokens are renewed minutes before they end. */
  readonly tokenCareMs: number;
  /** The times of requests for data are hours. */
  readonly dataCareMs: number;
  /** Connections made by a form are checked every hour, and sooner after an error. */
  readonly checksMs: number;
}

const INTERVALS: Intervals = {
  tokenCareMs: 30 * SECOND_MS,
  dataCareMs: 5 * SECOND_MS,
  checksMs: 30 * SECOND_MS,
};

/**
 * The auth service.
 * @param now the time; tests hand in their own.
 */
export function authService(
  now: Clock,
  intervals: Partial<Intervals> = {},
): ServiceDefinition<typeof authConfig> {
  return defineService({
    name: 'auth',
    config: authConfig,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    inventory: authInventory,
    compose: (parts, config) => compose(parts, config, now, { ...INTERVALS, ...intervals }),
  });
}

/** Who a caller is, and every vendor's credential. */
export const auth = authService(() => new Date());

async function compose(
  parts: ServiceParts,
  config: AuthConfig,
  now: Clock,
  intervals: Intervals,
): Promise<ServiceRooms> {
  const shared = await shareParts(parts, config, now);
  await new SyncPlatformConnections(parts.unitOfWork, installationOf(config), now).execute();

  const accounts = assembleAccounts(shared);
  const workspaces = assembleWorkspaces(shared);
  const access = assembleAccess(shared);
  const connections = assembleConnections(shared, intervals);
  const dataRequests = assembleDataRequests(shared, intervals);
  const themes = [accounts, workspaces, access, connections, dataRequests];
  const contract = authAnswers({
    ...accounts.answers,
    ...access.answers,
    ...connections.answers,
    ...dataRequests.answers,
  });

  return {
    subgraph: authSubgraph(
      themes.flatMap(({ resolvers }) => resolvers),
      {
        ...accounts.lookups,
        ...workspaces.lookups,
        ...access.lookups,
        ...connections.lookups,
        ...dataRequests.lookups,
        now,
      },
    ),
    handlers: [],
    intents: [shared.revoke] as unknown as ServiceRooms['intents'],
    answers: [answers(AuthService, contract)],
    dataOffice: dataRequests.office,
    routes: async (app) => {
      for (const { routes } of themes) await routes?.(app);
    },
    stop: async () => {
      await Promise.all(themes.flatMap(({ loops }) => loops.map((loop) => loop.stop())));
    },
  };
}
