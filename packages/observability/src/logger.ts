import { type Logger, type LoggerOptions, pino } from 'pino';
import { traceIdOf } from './spans.ts';
import { currentTraceIfAny } from './trace.ts';

export type { Logger } from 'pino';

// The last defence only: values that matter are `Secret`s. Measured: paths alone miss nested copies.
const REDACTED_KEYS =
  /^(authorization|cookie|password|secret|secrets|token|accessToken|refreshToken|apiKey|authToken|clientSecret|email|to|phone|address)$/i;

/** Replaces the values of tell-tale keys at any depth; cycles and class instances are left alone. */
function redact(value: unknown, depth = 0): unknown {
  if (depth > 6 || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((entry) => redact(entry, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      REDACTED_KEYS.test(key) ? '[redacted]' : redact(entry, depth + 1),
    ]),
  );
}

/** Errors keep type, code, message and stack; vendor bodies and request options do not reach the log. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return { name, code, message, stack, cause: cause === undefined ? undefined : describeError(cause) };
}

/**
 * A JSON-lines logger for one process; each line carries the trace's ids.
 * @param part name of the process, such as `mail`.
 */
export function createLogger(
  part: string,
  options: { level?: string | undefined; destination?: NodeJS.WritableStream } = {},
): Logger {
  const settings: LoggerOptions = {
    level: options.level ?? 'info',
    base: { part },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => redact(fields) as Record<string, unknown>,
    },
    serializers: { err: describeError, error: describeError },
    mixin() {
      const trace = currentTraceIfAny();
      return trace
        ? {
            requestId: trace.requestId,
            correlationId: trace.correlationId,
            operation: trace.operation,
            traceId: traceIdOf(trace.traceparent),
          }
        : {};
    },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
