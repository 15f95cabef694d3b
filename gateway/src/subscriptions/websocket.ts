import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '@switchboard/errors';
import type { Logger } from '@switchboard/observability';
import { type ExecutionResult, type FormattedExecutionResult, GraphQLError } from 'graphql';
import { type Context, handleProtocols, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { Caller, type Reception } from './caller.ts';
import type { Callers } from './callers.ts';
import type { ConnectionCount } from './connection-limits.ts';
import { ENDINGS, type EndReason } from './ended.ts';
import { shownError } from './stream-errors.ts';
import type { Subscribing } from './subscribe.ts';
import { linkWebSocket } from './websocket-link.ts';

export interface WebSocketParts extends Reception {
  readonly callers: Callers;
  readonly connections: ConnectionCount;
  readonly subscribing: Subscribing;
  readonly subscriptionsMax: number;
  /** How often a client is asked whether it is still there, in milliseconds. */
  readonly pingMs: number;
  readonly messageBytesMax: number;
  readonly logger: Logger;
}

/** Codes of graphql-transport-ws. */
const UNAUTHORIZED = 4401;
const TOO_MANY = 4429;
/** A client that does not read cannot read the reason either. */
const CLOSING_MS = 5_000;

interface Connection {
  readonly socket: WebSocket;
  readonly clientIp: string;
  /** The header of the upgrade, for clients that may set one. */
  readonly authorization: string | undefined;
  caller?: Caller;
}

type ConnectionContext = Context<Record<string, unknown>, Connection>;

/** Serves graphql-transport-ws, the protocol of the npm package graphql-ws. */
export class WebSocketDoor {
  readonly #sockets: WebSocketServer;
  readonly #protocol: Server<Connection>;

  constructor(private readonly parts: WebSocketParts) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      handleProtocols,
      maxPayload: parts.messageBytesMax,
    });
    this.#protocol = makeServer<Record<string, unknown>, Connection>({
      onConnect: (context) => this.#connect(context),
      onSubscribe: (context, _id, payload) => this.#subscribe(context, payload),
      subscribe: ({ contextValue }) => contextValue as AsyncIterable<ExecutionResult>,
      // Errors of the graph are formatted already.
      onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
      onError: (_context, _id, _payload, errors) => errors.map((error) => shownError(error, parts.logger)),
    });
  }

  /** Takes over a connection that was counted; `leave` gives its place back. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    connection: { readonly clientIp: string; readonly leave: () => void },
  ): void {
    socket.once('close', connection.leave);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { authorization } = request.headers;
      const extra: Connection = { socket: webSocket, clientIp: connection.clientIp, authorization };
      linkWebSocket(this.#protocol, webSocket, extra, this.parts);
    });
  }

  /** Tells every client that this process goes away, and cuts those that do not go. */
  async close(): Promise<void> {
    const open = [...this.#sockets.clients];
    const gone = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of open) end(socket, 'STOPPING');
    await Promise.all(gone);
  }

  async #connect({ connectionParams, extra }: ConnectionContext): Promise<boolean> {
    const { socket, clientIp } = extra;
    const { callers, connections, logger } = this.parts;
    try {
      const authorization = authorizationOf(connectionParams) ?? extra.authorization;
      const caller = await Caller.establish(this.parts, authorization, clientIp);
      const leave = connections.identify(caller.name);
      if (!leave) {
        caller.release();
        socket.close(TOO_MANY, 'RATE_LIMITED: too many connections');
        return false;
      }
      callers.add(caller);
      const forget = () => {
        leave();
        callers.remove(caller);
      };
      if (socket.readyState === socket.OPEN) socket.once('close', forget);
      else forget();
      caller.onEnd((reason) => end(socket, reason));
      extra.caller = caller;
      return true;
    } catch (thrown) {
      const { code } = AppError.from(thrown);
      if (code === 'UNAUTHENTICATED')
        socket.close(UNAUTHORIZED, 'UNAUTHENTICATED: the credentials are not valid');
      else if (code === 'RATE_LIMITED') socket.close(TOO_MANY, 'RATE_LIMITED: too many attempts');
      else {
        logger.warn({ err: thrown }, 'subscriber not established');
        end(socket, 'UNVERIFIED');
      }
      return false;
    }
  }

  #subscribe({ extra, subscriptions }: ConnectionContext, payload: SubscribePayload) {
    const { socket, caller } = extra;
    try {
      if (!caller) throw new Error('no caller');
      if (Object.keys(subscriptions).length > this.parts.subscriptionsMax) {
        throw new AppError('RATE_LIMITED', 'Too many subscriptions', {
          publicMessage: `A connection may hold ${this.parts.subscriptionsMax} subscriptions at most.`,
        });
      }
      const { subscription, ...plan } = this.parts.subscribing.begin(caller, payload, (reason) =>
        end(socket, reason),
      );
      return { ...plan, contextValue: subscription };
    } catch (thrown) {
      const { message, extensions } = shownError(thrown, this.parts.logger);
      return [new GraphQLError(message, { extensions })];
    }
  }
}

/** `connection_init` carries `{ authorization }`, or `{ headers: { authorization } }`, whatever the spelling. */
function authorizationOf(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const found = Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  if (typeof found === 'string') return found;
  const headers = params?.headers;
  return headers !== null && typeof headers === 'object'
    ? authorizationOf(headers as Record<string, unknown>)
    : undefined;
}

const ending = new WeakSet<WebSocket>();

/** Each subscription of a connection may ask for its end; the first says why. */
function end(socket: WebSocket, reason: EndReason): void {
  if (ending.has(socket)) return;
  ending.add(socket);
  const { closeCode, code, message } = ENDINGS[reason];
  socket.close(closeCode, `${code}: ${message}`);
  const cut = setTimeout(() => socket.terminate(), CLOSING_MS);
  cut.unref();
  socket.once('close', () => clearTimeout(cut));
}
