import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from '@switchboard/observability';
import type { OperationLimits } from './operation-limits.ts';

/** Options of every Apollo Server here: one operation a request, nothing kept, no stack in an answer. */
export function quietApollo({ tokensMax }: Pick<OperationLimits, 'tokensMax'>, logger: Logger) {
  return {
    logger,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: tokensMax },
  } as const;
}

/** Switches off whatever Apollo Server would tell its vendor, or show to a browser. */
export function quietPlugins(): ApolloServerPlugin<BaseContext>[] {
  return [
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
  ];
}
