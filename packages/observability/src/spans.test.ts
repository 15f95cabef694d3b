import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { AppError } from '@switchboard/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  carryTrace,
  currentTrace,
  inSpan,
  recordSpansWith,
  resumeTrace,
  rootTrace,
  withTrace,
} from './index.ts';

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const root = () => rootTrace({ kind: 'system' }, 'smsSend');
const named = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name);

describe('a span', () => {
  beforeEach(() => {
    exporter.reset();
    recordSpansWith(provider.getTracer('test'));
  });
  afterEach(() => recordSpansWith(undefined));

  it('is the parent of what is asked, recorded and planned in it, also where that goes on later', async () => {
    const carried = await withTrace(root(), () =>
      inSpan('operation', 'server', {}, () => inSpan('subgraph', 'client', {}, async () => carryTrace())),
    );
    await withTrace(resumeTrace(carried), () => inSpan('handle', 'consumer', {}, async () => {}));
    const [operation, subgraph, handle] = [named('operation'), named('subgraph'), named('handle')];
    expect(operation?.parentSpanContext).toBeUndefined();
    expect(subgraph?.parentSpanContext?.spanId).toBe(operation?.spanContext().spanId);
    expect(handle?.parentSpanContext?.spanId).toBe(subgraph?.spanContext().spanId);
    const ids = [operation, subgraph, handle].map((span) => span?.spanContext().traceId);
    expect(new Set(ids).size).toBe(1);
  });

  it('says which operation it belongs to, and of a failure its code alone', async () => {
    const failing = withTrace(root(), () =>
      inSpan('call', 'client', { vendor: 'twilio' }, async () => {
        throw new AppError('UNAVAILABLE', 'ana@example.com did not answer');
      }),
    );
    await expect(failing).rejects.toThrow(AppError);
    const span = named('call');
    expect(span?.attributes).toMatchObject({ vendor: 'twilio', 'switchboard.operation': 'smsSend' });
    expect(span?.status.message).toBe('UNAVAILABLE');
    expect(JSON.stringify([span?.attributes, span?.status, span?.events])).not.toContain('ana@');
  });

  it('costs nothing where none are recorded: the trace goes on as it came', async () => {
    recordSpansWith(undefined);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const seen = await withTrace({ ...root(), traceparent }, () =>
      inSpan('operation', 'server', {}, async () => currentTrace().traceparent),
    );
    expect(seen).toBe(traceparent);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
