import type { DescMessage, DescMethodUnary } from '@bufbuild/protobuf';
import { create, fromBinary, type MessageInitShape, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { headers, type Msg, type MsgHdrs } from '@nats-io/nats-core';
import { AppError, isFailureCode } from '@switchboard/errors';
import { currentTrace } from '@switchboard/observability';
import type { JWK } from 'jose';
import type { Broker } from './broker.ts';
import { ownerOf, RPC, rpcSubject, SEALING_KEY_METHOD } from './rpc-wire.ts';
import { SealingKey, seal } from './sealing.ts';

const TIMEOUT_MS = 2_000;

/** Asks other services. Requests and answers are sealed, so that a wire-tap on the broker reads neither. */
export class RpcClient {
  readonly #ownerKeys = new Map<string, JWK>();
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
    let answer = await this.#send(owner, method.localName, bytes, replyKey, timeoutMs);
    if (answer.headers?.has(RPC.staleKey)) {
      this.#ownerKeys.delete(owner);
      answer = await this.#send(owner, method.localName, bytes, replyKey, timeoutMs);
    }
    throwIfFailed(answer, `${owner}.${method.localName}`);
    return fromBinary(method.output, await replyKey.open(answer.data));
  }

  async #send(
    owner: string,
    method: string,
    bytes: Uint8Array,
    replyKey: SealingKey,
    timeoutMs: number,
  ): Promise<Msg> {
    const sealed = await seal(bytes, await this.#ownerKey(owner, timeoutMs));
    const all = traceHeaders();
    all.set(RPC.replyKey, JSON.stringify(replyKey.publicJwk));
    return this.#request(owner, method, sealed, all, timeoutMs);
  }

  async #ownerKey(owner: string, timeoutMs: number): Promise<JWK> {
    const known = this.#ownerKeys.get(owner);
    if (known) return known;
    const answer = await this.#request(owner, SEALING_KEY_METHOD, new Uint8Array(), headers(), timeoutMs);
    const key = answer.json<JWK>();
    this.#ownerKeys.set(owner, key);
    return key;
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
