import type { DescMessage, DescMethodUnary } from '@bufbuild/protobuf';
import { create, fromBinary, type MessageInitShape, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { errors, headers, type Msg, type MsgHdrs } from '@nats-io/nats-core';
import { AppError, isFailureCode } from '@switchboard/errors';
import { currentTrace, inSpan } from '@switchboard/observability';
import type { Broker } from './broker.ts';
import { atInstance, ownerOf, RPC, rpcSubject, SEALING_KEY_METHOD, type Seat } from './rpc-wire.ts';
import { SealingKey, seal } from './sealing.ts';

const TIMEOUT_MS = 2_000;
/** After this a replica is chosen anew, so that askers spread over replicas that came later. */
const SEAT_MS = 60_000;

/** Asks other services. Requests and answers are sealed, so that a wire-tap on the broker reads neither. */
export class RpcClient {
  readonly #seats = new Map<string, { readonly seat: Seat; readonly until: number }>();
  #replyKey: Promise<SealingKey> | undefined;

  /** The asker is the broker's user: the permissions allow no other. */
  constructor(private readonly broker: Broker) {}

  /**
   * @param options.owner who answers, when the contract is shared by several services.
   * @throws AppError with the owner's code, or UNAVAILABLE when nobody answers in time.
   */
  async ask<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    options: { timeoutMs?: number; owner?: string } = {},
  ): Promise<MessageShape<O>> {
    const owner = options.owner ?? ownerOf(method.parent);
    const bytes = toBinary(method.input, create(method.input, request));
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#replyKey ??= SealingKey.create();
    const replyKey = await this.#replyKey;
    const send = () =>
      inSpan(`ask ${owner}.${method.localName}`, 'client', {}, () =>
        this.#send(owner, method.localName, bytes, replyKey, timeoutMs),
      );
    // A replica that is gone, or came back with another key, has not seen the request: another one is asked.
    const answer = await send().then(
      (first) => (first.headers?.has(RPC.staleKey) ? this.#again(owner, send) : first),
      (thrown) => {
        if (hasNoResponders(thrown)) return this.#again(owner, send);
        throw thrown;
      },
    );
    throwIfFailed(answer, `${owner}.${method.localName}`);
    return fromBinary(method.output, await replyKey.open(answer.data));
  }

  #again(owner: string, send: () => Promise<Msg>): Promise<Msg> {
    this.#seats.delete(owner);
    return send();
  }

  async #send(
    owner: string,
    method: string,
    bytes: Uint8Array,
    replyKey: SealingKey,
    timeoutMs: number,
  ): Promise<Msg> {
    const { instance, key } = await this.#seatOf(owner, timeoutMs);
    const sealed = await seal(bytes, key);
    const all = traceHeaders();
    all.set(RPC.replyKey, JSON.stringify(replyKey.publicJwk));
    return this.#request(owner, atInstance(method, instance), sealed, all, timeoutMs);
  }

  async #seatOf(owner: string, timeoutMs: number): Promise<Seat> {
    const known = this.#seats.get(owner);
    if (known && Date.now() < known.until) return known.seat;
    const answer = await this.#request(owner, SEALING_KEY_METHOD, new Uint8Array(), headers(), timeoutMs);
    const seat = answer.json<Seat>();
    this.#seats.set(owner, { seat, until: Date.now() + SEAT_MS });
    return seat;
  }

  async #request(
    owner: string,
    method: string,
    data: Uint8Array,
    all: MsgHdrs,
    timeoutMs: number,
  ): Promise<Msg> {
    try {
      return await this.broker.connection.request(rpcSubject(owner, method, this.broker.user), data, {
        timeout: timeoutMs,
        headers: all,
      });
    } catch (cause) {
      throw new AppError('UNAVAILABLE', `${owner} did not answer ${method}`, {
        publicMessage: 'Temporarily unavailable. Try again.',
        cause,
      });
    }
  }
}

function hasNoResponders(thrown: unknown): boolean {
  const cause = thrown instanceof AppError ? thrown.cause : undefined;
  return (
    cause instanceof errors.NoRespondersError ||
    (cause instanceof errors.RequestError && cause.isNoResponders())
  );
}

function traceHeaders(): MsgHdrs {
  const trace = currentTrace();
  const all = headers();
  all.set(RPC.correlationId, trace.correlationId);
  all.set(RPC.causationId, trace.causationId);
  all.set(RPC.actor, JSON.stringify(trace.actor));
  if (trace.operation) all.set(RPC.operation, trace.operation);
  if (trace.traceparent) all.set(RPC.traceparent, trace.traceparent);
  return all;
}

function throwIfFailed(answer: Msg, what: string): void {
  const code = answer.headers?.get(RPC.errorCode);
  if (!code) return;
  const retryAfterMs = Number(answer.headers?.get(RPC.retryAfterMs)) || undefined;
  const publicMessage = answer.headers?.get(RPC.errorMessage) || undefined;
  throw new AppError(isFailureCode(code) ? code : 'INTERNAL', `${what} failed: ${publicMessage ?? code}`, {
    publicMessage,
    retryAfterMs,
  });
}
