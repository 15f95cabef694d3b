import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from '@switchboard/ids';

/** Who acts, in the words of events and logs. Ids only. */
export interface TraceActor {
  readonly kind: 'user' | 'apiKey' | 'agent' | 'system' | 'anonymous';
  readonly userId?: string | undefined;
  readonly apiKeyId?: string | undefined;
  readonly agentId?: string | undefined;
}

/**
 * What travels with a piece of work from the client's operation to its last consequence.
 * - `correlationId`: the request at the root of everything (`req_…`).
 * - `causationId`: the direct cause: the request, or the event being handled (`evt_…`).
 * - `operation`: the API operation at the root, such as `smsSend`.
 */
export interface Trace {
  readonly requestId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly operation?: string | undefined;
  readonly actor: TraceActor;
  /** W3C Trace Context of the request at the root (w3.org/TR/trace-context), passed on as it came. */
  readonly traceparent?: string | undefined;
}

/** The part of a trace that rows, events and requests carry to where the work goes on. */
export type CarriedTrace = Omit<Trace, 'requestId'>;

const storage = new AsyncLocalStorage<Trace>();

/** Runs `work` so that everything it awaits sees this trace. */
export function withTrace<T>(trace: Trace, work: () => T): T {
  return storage.run(trace, work);
}

/** The trace of the work in hand; work nobody asked for (a timer) gets a new root. */
export function currentTrace(): Trace {
  return storage.getStore() ?? rootTrace({ kind: 'system' });
}

/** The trace of the work in hand, if there is one. */
export function currentTraceIfAny(): Trace | undefined {
  return storage.getStore();
}

/** The trace of the work in hand, to be carried. */
export function carryTrace(): CarriedTrace {
  const { requestId: _here, ...carried } = currentTrace();
  return carried;
}

/** Goes on with a trace that was carried here. */
export function resumeTrace(carried: CarriedTrace): Trace {
  return { requestId: newId('req'), ...carried };
}

/** A trace that starts here. */
export function rootTrace(actor: TraceActor, operation?: string): Trace {
  const requestId = newId('req');
  return { requestId, correlationId: requestId, causationId: requestId, operation, actor };
}
