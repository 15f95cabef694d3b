import {
  create,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { headers, type Msg, type Subscription } from '@nats-io/nats-core';
import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { inSpan, type Logger, type Trace, type TraceActor, withTrace } from '@switchboard/observability';
import type { JWK } from 'jose';
import type { Broker } from './broker.ts';
import { atInstance, RPC, rpcSubject, SEALING_KEY_METHOD, type Seat } from './rpc-wire.ts';
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
 * Answers a contract under an owner's name. Askers choose a replica by asking for a sealing key.
 * @param owner the service that answers.
 * @returns a function that stops answering.
 */
export async function serveRpc<S extends DescService>(
  broker: Broker,
  owner: string,
  service: S,
  implementation: RpcImplementation<S>,
  logger: Logger,
): Promise<() => Promise<void>> {
  const desk = await openDesk(broker, owner);
  const subscriptions = service.methods.map((method) => {
    const answer = (implementation as Record<string, unknown>)[method.localName] as AnyMethod;
    return broker.connection.subscribe(rpcSubject(owner, atInstance(method.localName, desk.instance), '*'), {
      callback: (_error, message) => {
        void respond(message, logger, async () => {
          const bytes = await desk.key.open(message.data).catch((cause) => {
            throw new StaleKey(cause);
          });
          const request = fromBinary(method.input, bytes);
          const response = await answer(request, { asker: askerOf(message) });
          return toBinary(method.output, create(method.output, response));
        });
      },
    });
  });
  // The broker must know of them before anybody is told to use them.
  await broker.connection.flush();
  desk.announce();
  return async () => {
    desk.leave();
    await Promise.all(subscriptions.map((subscription) => subscription.drain().catch(() => {})));
  };
}

/** What all contracts of one process share: its key, and the subscription that gives it out. */
class Desk {
  readonly instance = newId('rpc').slice(4);
  #contracts = 0;
  #announcement: Subscription | undefined;

  constructor(
    private readonly broker: Broker,
    private readonly owner: string,
    readonly key: SealingKey,
  ) {}

  announce(): void {
    this.#contracts += 1;
    const seat: Seat = { instance: this.instance, key: this.key.publicJwk };
    // Replicas share the work: one of them answers, and is then the one that is asked.
    this.#announcement ??= this.broker.connection.subscribe(rpcSubject(this.owner, SEALING_KEY_METHOD, '*'), {
      queue: this.owner,
      callback: (_error, message) => void message.respond(JSON.stringify(seat)),
    });
  }

  leave(): void {
    this.#contracts -= 1;
    if (this.#contracts > 0) return;
    this.#announcement?.unsubscribe();
    this.#announcement = undefined;
  }
}

const desks = new WeakMap<Broker, Promise<Desk>>();

function openDesk(broker: Broker, owner: string): Promise<Desk> {
  const known = desks.get(broker) ?? SealingKey.create().then((key) => new Desk(broker, owner, key));
  desks.set(broker, known);
  return known;
}

class StaleKey extends Error {
  constructor(cause: unknown) {
    super('sealed to another key', { cause });
  }
}

async function respond(message: Msg, logger: Logger, work: () => Promise<Uint8Array>): Promise<void> {
  try {
    const replyKey = JSON.parse(message.headers?.get(RPC.replyKey) ?? '') as JWK;
    const [, owner, seat = ''] = message.subject.split('.');
    // Without the replica: each of its names would be another span.
    const method = `${owner}.${seat.split('-')[0]}`;
    const bytes = await withTrace(traceOf(message), () => inSpan(`answer ${method}`, 'server', {}, work));
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
