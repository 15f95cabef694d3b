import 'reflect-metadata';

export { Authenticated, RequiresScopes } from './decorators/access.ts';
export { CacheControl, type CacheOptions } from './decorators/cache-control.ts';
export { Cost, ListSize } from './decorators/cost.ts';
export type { EventDescription } from './decorators/event-description.ts';
export { External, Key, NodePrefix, Requires, Shareable } from './decorators/federation.ts';
export { type StreamOptions, Streams } from './decorators/streams.ts';
export { Text, TextArg } from './decorators/text.ts';
export { Tool } from './decorators/tool.ts';
export { ConnectionArgs } from './pagination/connection-args.ts';
export { connectionOf } from './pagination/connection-of.ts';
export { type PageArguments, type PagePlan, planPage } from './pagination/plan-page.ts';
export { type Connection, type Edge, toConnection } from './pagination/to-connection.ts';
export { BigIntScalar } from './scalars/big-int.ts';
export { CurrencyCode } from './scalars/currency-code.ts';
export { DateTime } from './scalars/date-time.ts';
export { EmailAddress, isEmailAddress } from './scalars/email-address.ts';
export { isPhoneNumber, PhoneNumber } from './scalars/phone-number.ts';
export { TimeZone } from './scalars/time-zone.ts';
export { UrlScalar } from './scalars/url.ts';
export { buildSubgraph, type Subgraph, type SubgraphOptions } from './schema/build-subgraph.ts';
export { CACHE_DIRECTIVE } from './schema/cache-control.ts';
export { ContactPoint, contactPointReference } from './schema/contact-point.ts';
export { ID_PREFIX_TAG, TOOL_TAG } from './schema/federation-sdl.ts';
export { printGeneratedSdl, writeGeneratedSdl } from './schema/generated-sdl.ts';
export {
  byKey,
  type KeyedReference,
  type ReferenceLoader,
  type References,
  scoped,
} from './schema/references.ts';
export { EVERY_EVENT, STREAMS_DIRECTIVE } from './schema/streams.ts';
export { type BatchLoad, createSubgraphContext, type SubgraphContext } from './schema/subgraph-context.ts';
export { textDiscipline } from './server/apollo-for-subgraph.ts';
export {
  createSubgraphServer,
  type SubgraphServer,
  type SubgraphServerOptions,
} from './server/create-subgraph-server.ts';
export { addDrain, type Drain } from './server/drain.ts';
export { formatError } from './server/format-error.ts';
export { parseBody, refusal, refuse, refuseTransportError } from './server/graphql-http.ts';
export { addHealthRoutes, type Readiness } from './server/health.ts';
export { type Admission, createAdmission, type OperationLimits } from './server/operation-limits.ts';
export { quietApollo, quietPlugins } from './server/quiet-apollo.ts';
export { refuseSubscriptions } from './server/refuse-subscriptions.ts';
export { DEFAULT_TEXT_RULE, type TextRule, textFault } from './text/text-rule.ts';
export { Money, MoneyInput } from './types/money.ts';
export { Node } from './types/node.ts';
export { PageInfo } from './types/page-info.ts';
export { type Outcome, toOutcome, toUserErrors } from './types/to-user-errors.ts';
export {
  InputRefused,
  RateLimitedByVendor,
  ReconnectRequired,
  UserError,
  userError,
} from './types/user-error.ts';
