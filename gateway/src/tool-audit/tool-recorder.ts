import { type ApolloServerPlugin, type GraphQLRequestContext, HeaderMap } from '@apollo/server';
import { AppError, FAILURES } from '@switchboard/errors';
import type { RequestIdentity, WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { Logger } from '@switchboard/observability';
import { formatError } from '@switchboard/subgraph';
import type { OperationDefinitionNode } from 'graphql';
import type { Executor } from '../access/guard-executor.ts';
import type { GatewayContext } from '../graph/request-context.ts';
import type { Toolbox } from '../tools/toolbox.ts';
import { type CalledTool, calledTools, toolFields } from './called-tools.ts';
import type { EndDelivery } from './deliver-ends.ts';
import { outcomeOf } from './outcome-of.ts';
import { type AskingOperation, askingRequest, selectRefusals, takeRefusals } from './select-refusals.ts';
import { boundedJson, type ToolAudit, type ToolCall } from './tool-audit.ts';

const RETRY_AFTER_MS = 1_000;
const NOT_CALLED = 'The call could not be recorded, so nothing ran.';

export interface ToolRecorderParts {
  readonly toolbox: () => Toolbox;
  readonly audit: ToolAudit;
  readonly ends: EndDelivery;
  readonly logger: Logger;
}

/** A call that was recorded. */
interface Recorded {
  readonly key: string;
  readonly call: ToolCall;
  /** Of its payload, once it answered. */
  userErrors?: unknown;
}

/**
 * Records calls of tools: all by agents, and all that came by `/mcp`. The record is committed before anything of the
 * operation runs; where it cannot be, nothing does, reading included.
 */
export class ToolRecorder {
  /** The calls of operations in hand. By identity: Apollo Server gives its plugins a copy of the context. */
  readonly #recorded = new WeakMap<RequestIdentity, readonly Recorded[]>();
  readonly #asking = new WeakMap<OperationDefinitionNode, AskingOperation>();

  constructor(private readonly parts: ToolRecorderParts) {}

  plugin(): ApolloServerPlugin<GatewayContext> {
    return {
      requestDidStart: async () => {
        let begunAt = 0;
        return {
          // After every reason to refuse the operation as a whole, and before it is executed.
          responseForOperation: async (request) => {
            const calls = callsOf(request, this.parts.toolbox());
            const failure = await begin(calls, this.parts);
            if (failure) return refused(failure, this.parts.logger);
            if (calls.length > 0) this.#recorded.set(request.contextValue.identity, calls);
            begunAt = performance.now();
            return null;
          },
          willSendResponse: async ({ response, contextValue }) => {
            const { body } = response;
            const recorded = this.#recorded.get(contextValue.identity) ?? [];
            if (body.kind !== 'single') return;
            const durationMs = Math.round(performance.now() - begunAt);
            await Promise.all(
              recorded.map(({ key, call, userErrors }) => {
                const { payload, errorMessage } = outcomeOf(body.singleResult, key, userErrors);
                return finish(call, this.parts, { payload, errorMessage, durationMs });
              }),
            );
          },
        };
      },
    };
  }

  /** An executor that also asks recorded tools whether they refused. The client sees nothing of it. */
  executor(execute: Executor): Executor {
    return async (request) => {
      const recorded = this.#recorded.get((request.context as GatewayContext).identity);
      if (!recorded) return execute(request);
      const { answer, refusals } = takeRefusals(
        await execute(askingRequest(request, this.#askingOperation(request))),
      );
      for (const one of recorded) one.userErrors = refusals.get(one.key);
      return answer;
    };
  }

  #askingOperation({ document, operation, schema }: Parameters<Executor>[0]): AskingOperation {
    const known = this.#asking.get(operation);
    if (known) return known;
    const fields = toolFields(this.parts.toolbox(), document, operation).map(({ node }) => node);
    const made = selectRefusals(document, operation, schema, fields);
    this.#asking.set(operation, made);
    return made;
  }
}

function callsOf(
  { schema, document, operation, request, contextValue }: GraphQLRequestContext<GatewayContext>,
  toolbox: Toolbox,
): Recorded[] {
  const { identity, isToolCall } = contextValue;
  const { actor, requestId } = identity;
  if (actor.kind === 'anonymous' || !(isToolCall || actor.agentId)) return [];
  if (!document || !operation) return [];
  const called = calledTools(toolbox, schema, document, operation, request.variables ?? {});
  return called.map((tool) => ({ key: tool.key, call: callOf(tool, actor, requestId) }));
}

function callOf({ name, input }: CalledTool, caller: WorkspaceActor, requestId: string): ToolCall {
  return { executionId: newId('tex'), caller, tool: name, input: boundedJson(input), requestId };
}

/** @returns why the operation must not run. */
async function begin(calls: readonly Recorded[], parts: ToolRecorderParts): Promise<AppError | undefined> {
  const begun = await Promise.allSettled(calls.map(({ call }) => parts.audit.begin(call)));
  const failed = begun.find((outcome) => outcome.status === 'rejected');
  if (!failed) return undefined;
  parts.logger.warn({ err: failed.reason }, 'tool call refused: it could not be recorded');
  // An answer that was lost may have left a record: what never ran must not stay PENDING. Nobody waits for this.
  for (const { call } of calls) {
    void finish(call, parts, { payload: null, errorMessage: NOT_CALLED, durationMs: 0 });
  }
  return new AppError('UNAVAILABLE', 'a call of a tool could not be recorded', {
    publicMessage: `Temporarily unavailable. ${NOT_CALLED} Try again.`,
    retryAfterMs: RETRY_AFTER_MS,
    cause: failed.reason,
  });
}

function finish(
  { executionId, caller }: ToolCall,
  { ends }: ToolRecorderParts,
  end: { readonly payload: unknown; readonly errorMessage: string | undefined; readonly durationMs: number },
): Promise<void> {
  return ends.deliver({
    executionId,
    workspaceId: caller.workspaceId,
    succeeded: end.errorMessage === undefined,
    output: boundedJson(end.payload),
    errorMessage: end.errorMessage,
    durationMs: end.durationMs,
  });
}

function refused(failure: AppError, logger: Logger) {
  const headers = new HeaderMap([['retry-after', String(RETRY_AFTER_MS / 1_000)]]);
  return {
    http: { status: FAILURES[failure.code].http, headers },
    body: {
      kind: 'single' as const,
      singleResult: { errors: [formatError({ message: failure.message }, failure, logger)] },
    },
  };
}
