import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RequestFault } from '../faults/fault-book.ts';
import type { FaultWording, VendorName } from '../vendor.ts';
import type { World } from '../world.ts';
import { maskBody, maskHeaders } from './masking.ts';
import type { RequestRecord } from './request-log.ts';

/** What the sandbox remembers of a request while it is served. */
export interface Exchange {
  readonly record: RequestRecord;
  fault: RequestFault | undefined;
  /** The route's own code ran: set by the last check before it. */
  isServed: boolean;
  /** The answer repeats an earlier one (idempotency), so nothing happened this time. */
  isReplay: boolean;
  /** The body's bytes as they came. */
  rawBody: Buffer;
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
}

const ANSWER_CHARACTERS_MAX = 16_384;

/**
 * Records each request of a vendor's routes, and reads its body with `parse`.
 * Call before the vendor's own hooks; `attachFaults` goes after them.
 */
export function attachTraffic(
  app: FastifyInstance,
  world: World,
  vendor: VendorName,
  parse: (contentType: string, body: Buffer) => unknown,
): void {
  app.addHook('onRequest', async (request) => {
    const record: RequestRecord = {
      id: randomUUID(),
      vendor,
      at: world.now().toISOString(),
      method: request.method,
      path: pathOf(request),
      query: maskBody(request.query),
      headers: maskHeaders(request.headers),
      body: null,
      status: null,
      answer: null,
      effect: false,
      fault: null,
      dropped: false,
      durationMs: null,
    };
    world.requests.add(record);
    request.exchange = {
      record,
      fault: undefined,
      isServed: false,
      isReplay: false,
      rawBody: Buffer.alloc(0),
    };
  });

  app.addHook('preValidation', async (request) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    request.exchange.rawBody = body;
    request.body = parse(request.headers['content-type'] ?? '', body);
    request.exchange.record.body = maskBody(request.body);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { exchange } = request;
    const { record, fault } = exchange;
    record.status = reply.statusCode;
    record.answer = maskBody(readAnswer(payload));
    record.effect =
      exchange.isServed && !exchange.isReplay && request.method !== 'GET' && reply.statusCode < 400;
    if (fault?.delayMs && fault.status === undefined) await sleep(fault.delayMs);
    if (fault?.dropResponseAfterEffect) {
      record.dropped = true;
      record.status = null;
      request.raw.socket.destroy();
    }
    record.durationMs = Math.round(reply.elapsedTime);
    return payload;
  });
}

/** Applies the faults that the control API asked for, worded as the vendor would. The last check before a route. */
export function attachFaults(
  app: FastifyInstance,
  world: World,
  vendor: VendorName,
  wording: FaultWording,
): void {
  app.addHook('preHandler', async (request, reply) => {
    const { exchange } = request;
    const fault = world.faults.takeForRequest(vendor, request.method, pathOf(request));
    exchange.fault = fault;
    exchange.record.fault = fault?.id ?? null;
    if (fault?.status === undefined) {
      exchange.isServed = true;
      return undefined;
    }
    if (fault.delayMs) await sleep(fault.delayMs);
    const answer = wording(fault.status, request);
    return reply
      .code(fault.status)
      .headers(answer.headers ?? {})
      .send(answer.body);
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? request.url;
}

function readAnswer(payload: unknown): unknown {
  if (typeof payload !== 'string' || payload === '') return null;
  if (payload.length > ANSWER_CHARACTERS_MAX) return `(${payload.length} characters)`;
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
