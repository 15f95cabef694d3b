import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool as McpTool,
} from '@modelcontextprotocol/sdk/types.js';
import { AppError } from '@switchboard/errors';
import type { Actor } from '@switchboard/identity';
import type { Logger } from '@switchboard/observability';
import { parseBody, refusal, refuse } from '@switchboard/subgraph';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasForeignOrigin } from '../http/foreign-origin.ts';
import { refuseCaller } from '../http/refuse-caller.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import type { OperationCharges } from '../rates/charge-operations.ts';
import type { CurrentGraph } from '../reload/current-graph.ts';
import { TOOL_CALL_HEADER, type ToolCallMarks } from '../tool-audit/tool-call-marks.ts';
import { type Tool, type Toolbox, variablesOf } from '../tools/toolbox.ts';

export interface McpRouteParts {
  readonly graphs: CurrentGraph;
  readonly toolCalls: ToolCallMarks;
  readonly authenticator: Authenticator;
  readonly charges: OperationCharges;
  readonly publicUrl: string;
  readonly logger: Logger;
}

interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, { readonly userErrors?: readonly unknown[] } | null>> | null;
  readonly errors?: readonly unknown[];
}

/**
 * `POST /mcp`: the tools by the Model Context Protocol over streamable HTTP (modelcontextprotocol.io, transports). Each
 * request stands for itself, so that any replica answers it. A call becomes an operation at `/graphql` with the caller's
 * own credential: whatever holds there holds for it.
 */
export function addMcpRoute(app: FastifyInstance, parts: McpRouteParts): void {
  app.post('/mcp', async (request, reply) => {
    if (hasForeignOrigin(request, parts.publicUrl)) {
      return refuse(request, reply, 403, refusal('FORBIDDEN', 'Pages of other origins are not served.'));
    }
    const parsed = parseBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    if (!parsed.ok) return refuse(request, reply, 400, refusal('BAD_REQUEST', parsed.message));
    let actor: Actor;
    try {
      actor = await parts.authenticator.establish(request.headers.authorization, request.ip);
      if (actor.kind === 'anonymous') {
        throw new AppError('UNAUTHENTICATED', 'no credential', { publicMessage: 'Sign in first.' });
      }
    } catch (thrown) {
      const failure = parts.charges.guessed(request.ip) ?? AppError.from(thrown);
      return refuseCaller(failure, request, reply, parts.logger);
    }
    const { toolbox } = parts.graphs.now;
    const server = serverFor(actor, toolbox, (tool, given) => {
      const query = toolbox.documentFor(actor, tool);
      const mark = parts.toolCalls.issue();
      return run(app, request, mark, { query, variables: variablesOf(tool, given) }).finally(() =>
        parts.toolCalls.withdraw(mark),
      );
    });
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    reply.hijack();
    reply.raw.once('close', () => void server.close().catch(() => {}));
    try {
      await server.connect(transport as Parameters<typeof server.connect>[0]);
      await transport.handleRequest(request.raw, reply.raw, parsed.body);
    } catch (err) {
      parts.logger.error({ err }, 'tool request failed');
      if (!reply.raw.headersSent) reply.raw.writeHead(500);
      reply.raw.end();
    }
  });
  // There is no stream to open and no session to end.
  app.route({
    method: ['GET', 'DELETE'],
    url: '/mcp',
    handler: (_request, reply) => reply.code(405).header('allow', 'POST').send(),
  });
}

function serverFor(
  actor: Actor,
  toolbox: Toolbox,
  call: (tool: Tool, given: Readonly<Record<string, unknown>>) => Promise<CallToolResult>,
): Server {
  const server = new Server({ name: 'switchboard', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: toolbox.for(actor).map(toMcp) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = toolbox.find(actor, params.name);
    if (!tool)
      throw new McpError(ErrorCode.InvalidParams, `There is no tool ${params.name} for this caller.`);
    return call(tool, params.arguments ?? {});
  });
  return server;
}

function toMcp({ name, kind, description, inputSchema }: Tool): McpTool {
  return {
    name,
    description,
    inputSchema: inputSchema as McpTool['inputSchema'],
    annotations: { readOnlyHint: kind === 'query' },
  };
}

/**
 * Runs a tool as its caller would: same limits, same refusals, same address.
 * @param mark says that it is a call of a tool, which is recorded.
 */
async function run(
  app: FastifyInstance,
  { headers: { authorization = '' }, ip }: FastifyRequest,
  mark: string,
  operation: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> },
): Promise<CallToolResult> {
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress: ip,
    headers: {
      authorization,
      [TOOL_CALL_HEADER]: mark,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
    },
    payload: JSON.stringify(operation),
  });
  const answer = response.json<GraphqlAnswer>();
  const refused = Object.values(answer.data ?? {}).some((payload) => (payload?.userErrors ?? []).length > 0);
  return {
    content: [{ type: 'text', text: JSON.stringify(answer) }],
    isError: refused || (answer.errors ?? []).length > 0,
  };
}
