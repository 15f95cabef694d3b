export { createLogger, type Logger } from './logger.ts';
export {
  defineCounter,
  defineLevel,
  defineTiming,
  type Level,
  METRICS_TYPE,
  metricsText,
  type Timing,
} from './metrics.ts';
export { Secret } from './secret.ts';
export { inSpan, recordSpansWith, type SpanRole, traceIdOf } from './spans.ts';
export {
  type CarriedTrace,
  carryTrace,
  currentTrace,
  currentTraceIfAny,
  resumeTrace,
  rootTrace,
  type Trace,
  type TraceActor,
  withTrace,
} from './trace.ts';
export { startTracing, type TracingOptions } from './tracing.ts';
