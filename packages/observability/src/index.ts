export { createLogger, type Logger } from './logger.ts';
export { Secret } from './secret.ts';
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
