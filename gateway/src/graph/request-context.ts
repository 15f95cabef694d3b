import type { RequestIdentity } from '@switchboard/identity';

/** What one client request carries through the graph. */
export interface GatewayContext {
  readonly identity: RequestIdentity;
  /** W3C trace context of this request, made here. */
  readonly traceparent: string;
}
