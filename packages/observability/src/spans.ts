import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace as traceApi,
} from '@opentelemetry/api';
import { AppError } from '@switchboard/errors';
import { currentTrace, currentTraceIfAny, type Trace, withTrace } from './trace.ts';

let tracer: Tracer | undefined;

/** Has spans recorded from now on; `undefined` ends that. The process's own, so that no library's spans come along. */
export function recordSpansWith(own: Tracer | undefined): void {
  tracer = own;
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** What part a span plays (opentelemetry.io/docs/specs/otel/trace/api/#spankind). */
export type SpanRole = keyof typeof KINDS;

/**
 * Runs `work` as a span of the trace in hand; what it asks of others, records and plans becomes its child.
 * @param name of few values: an id in it would make every trace another one.
 * @param attributes no values of the caller's: spans leave the house.
 */
export function inSpan<T>(
  name: string,
  role: SpanRole,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  return tracer ? inRecordedSpan(tracer, name, role, attributes, work) : work();
}

/**
 * Begins a span of the trace in hand, for work that only tells when it begins and when it ends. Whoever begins it ends it.
 * @returns undefined where nothing is recorded, or where the work belongs to no recorded trace.
 */
export function beginSpan(name: string, role: SpanRole, attributes: Attributes): Span | undefined {
  const trace = currentTraceIfAny();
  return tracer && trace?.traceparent ? spanOf(tracer, trace, name, role, attributes) : undefined;
}

function spanOf(tracer: Tracer, trace: Trace, name: string, role: SpanRole, attributes: Attributes): Span {
  const { correlationId, operation } = trace;
  const own = {
    ...attributes,
    'switchboard.correlation_id': correlationId,
    ...(operation && { 'switchboard.operation': operation }),
  };
  return tracer.startSpan(name, { kind: KINDS[role], attributes: own }, parentOf(trace.traceparent));
}

async function inRecordedSpan<T>(
  tracer: Tracer,
  name: string,
  role: SpanRole,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  const trace = currentTrace();
  const span = spanOf(tracer, trace, name, role, attributes);
  const { traceId, spanId, traceFlags } = span.spanContext();
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  try {
    return await withTrace({ ...trace, traceparent }, work);
  } catch (thrown) {
    // The code alone: messages may hold what a person wrote.
    span.setStatus({ code: SpanStatusCode.ERROR, message: AppError.from(thrown).code });
    throw thrown;
  } finally {
    span.end();
  }
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

function parentOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16);
  return traceApi.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** The id that ties a trace's spans together, for log lines. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return TRACEPARENT.exec(traceparent ?? '')?.[1];
}
