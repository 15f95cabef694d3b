import { recordOutgoingRequests } from './outgoing-requests.ts';
import { recordSpansWith } from './spans.ts';

export interface TracingOptions {
  /** Name of the process, such as `mail`. */
  readonly part: string;
  /** Base address of a collector that takes OTLP over HTTP; nothing is recorded without one. */
  readonly endpoint: string | undefined;
  /** Share of traces that are kept, from 0 to 1. */
  readonly ratio: number;
  /** Whether each HTTP request that leaves the process is a span: for processes whose requests have none otherwise. */
  readonly recordsRequests?: boolean;
}

/**
 * Sends the spans of this process to a collector. Where to, and with which headers, is said by the variables of
 * OpenTelemetry (opentelemetry.io/docs/specs/otel/protocol/exporter).
 * @returns sends what is left, and ends.
 */
export async function startTracing(options: TracingOptions): Promise<() => Promise<void>> {
  const { part, endpoint, ratio, recordsRequests = false } = options;
  if (!endpoint) return async () => {};
  // Loaded only where it is used: it would cost every process 100 ms of its start.
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.namespace': 'switchboard', 'service.name': part }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
  });
  recordSpansWith(provider.getTracer('switchboard'));
  const stopRequests = recordsRequests ? recordOutgoingRequests(endpoint) : () => {};
  return async () => {
    stopRequests();
    recordSpansWith(undefined);
    await provider.shutdown();
  };
}
