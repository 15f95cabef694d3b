import {
  create,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { headers, type Msg } from '@nats-io/nats-core';
import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { type Logger, type Trace, type TraceActor, withTrace } from '@switchboard/observability';
import type { JWK } from 'jose';
import type { Broker } from './broker.ts';
import { RPC, SEALING_KEY_METHOD } from './rpc-wire.ts';
import { SealingKey, seal } from './sealing.ts';

/** One function per method of the contract. `asker` is the NATS user, which the broker vouches for. */
export type RpcImplementation<S extends DescService> = {
  readonly [M in keyof S['method']]: (
    request: MessageShape<S['method'][M]['input']>,
    context: { readonly asker: string },
  ) => Promise<MessageInitShape<S['method'][M]['output']>>;
};

type AnyMethod = (request: unknown, context: { asker: string }) => Promise<Record<string, unknown>>;

/**
 * Answers a contract under an owner's name.
 * @param owner the service that answers; replicas share the work.
 * @returns a function that stops answering.
 */
export async function serveRpc<S extends DescService>(
  broker: Broker,
  owner: string,
  service: S,
  implementation: RpcImplementation<S>,
  logger: Logger,
): Promise<() => Promise<void>> {
  const key = await keyOf(broker);
  const subscriptions = service.methods.map((method) => {
    const answer = (implementation as Record<string, unknown>)[method.localName] as AnyMethod;
    return broker.connection.subscribe(`rpc.${owner}.${method.localName}.*`, {
      queue: owner,
      callback: (_error, message) => {
        void respond(message, logger, async () => {
          const bytes = await key.open(message.data).catch((cause) => {
            throw new StaleKey(cause);
          });
          const request = fromBinary(method.input, bytes);
          const response = await answer(request, { asker: askerOf(message) });
          return toBinary(method.output, create(method.output, response));
        });
      },
    });
  });
  serveSealingKey(broker, owner, key);
  return async () => {
    await Promise.all(subscriptions.map((subscription) => subscription.drain().catch(() => {})));
  };
}

const keys = new WeakMap<Broker, Promise<SealingKey>>();
const published = new WeakSet<Broker>();

/** One key per connection, however many contracts it answers. */
function keyOf(broker: Broker): Promise<SealingKey> {
  const known = keys.get(broker) ?? SealingKey.create();
  keys.set(broker, known);
  return known;
}

function serveSealingKey(broker: Broker, owner: string, key: SealingKey): void {
  if (published.has(broker)) return;
  published.add(broker);
  broker.connection.subscribe(`rpc.${owner}.${SEALING_KEY_METHOD}.*`, {
    callback: (_error, message) => void message?.respond(JSON.stringify(key.publicJwk)),
  });
}

class StaleKey extends Error {
  constructor(cause: unknown) {
    super('sealed to another key', { cause });
  }
}

async function respond(message: Msg, logger: Logger, work: () => Promise<Uint8Array>): Promise<void> {
  try {
    const replyKey = JSON.parse(message.headers?.get(RPC.replyKey) ?? '') as JWK;
    const bytes = await withTrace(traceOf(message), work);
    message.respond(await seal(bytes, replyKey));
  } catch (thrown) {
    if (!(thrown instanceof AppError) && !(thrown instanceof StaleKey)) {
      logger.error({ err: thrown, subject: message.subject }, 'internal request failed');
    }
    message.respond(new Uint8Array(), { headers: failureHeaders(thrown) });
  }
}

function failureHeaders(thrown: unknown): ReturnType<typeof headers> {
  const all = headers();
  if (thrown instanceof StaleKey) {
    all.set(RPC.staleKey, '1');
    all.set(RPC.errorCode, 'UNAVAILABLE');
    return all;
  }
  const error = AppError.from(thrown);
  all.set(RPC.errorCode, error.code);
  if (error.publicMessage) all.set(RPC.errorMessage, error.publicMessage);
  if (error.retryAfterMs) all.set(RPC.retryAfterMs, String(error.retryAfterMs));
  return all;
}

function askerOf(message: Msg): string {
  return message.subject.split('.')[3] ?? '';
}

function traceOf(message: Msg): Trace {
  const requestId = newId('req');
  const get = (name: string): string | undefined => message.headers?.get(name) || undefined;
  return {
    requestId,
    correlationId: get(RPC.correlationId) ?? requestId,
    causationId: get(RPC.causationId) ?? requestId,
    operation: get(RPC.operation),
    actor: JSON.parse(get(RPC.actor) ?? '{"kind":"system"}') as TraceActor,
    traceparent: get(RPC.traceparent),
  };
}
