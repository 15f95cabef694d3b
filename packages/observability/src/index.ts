export { createLogger, type Logger } from './logger.ts';
export { Secret } from './secret.ts';
export {
  currentTrace,
  currentTraceIfAny,
  rootTrace,
  type Trace,
  type TraceActor,
  withTrace,
} from './trace.ts';
