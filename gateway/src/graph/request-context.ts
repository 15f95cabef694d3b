import type { RequestIdentity } from '@switchboard/identity';

/** What one client request carries through the graph. */
export interface GatewayContext {
  readonly identity: RequestIdentity;
  /** W3C trace context of this request, made here. */
  readonly traceparent: string;
  /** It came by `/mcp`, where every call is recorded, whoever's it is. */
  readonly isToolCall?: boolean;
}

/** Who a request comes from as long as nobody has said so. */
export function unknownCaller(clientIp: string): GatewayContext {
  const identity = { actor: { kind: 'anonymous' }, requestId: '', correlationId: '', clientIp } as const;
  return { identity, traceparent: '' };
}
