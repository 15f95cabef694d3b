import type { DescMethod, DescService } from '@bufbuild/protobuf';

/** Answered by every owner next to its own methods: the public key that requests are sealed to. */
export const SEALING_KEY_METHOD = 'sealingKey';

/** Headers of requests and answers. */
export const RPC = {
  /** The asker's public key, to seal the answer to (JSON Web Key). */
  replyKey: 'sb-reply-key',
  errorCode: 'sb-error-code',
  errorMessage: 'sb-error-message',
  retryAfterMs: 'sb-retry-after-ms',
  /** Set when the owner could not open the request: it restarted and has a new key. */
  staleKey: 'sb-stale-key',
  correlationId: 'sb-correlation-id',
  causationId: 'sb-causation-id',
  operation: 'sb-operation',
  actor: 'sb-actor',
  traceparent: 'traceparent',
} as const;

/** `rpc.<owner>.<method>.<asker>`: the last part is what the asker's permissions pin down. */
export function rpcSubject(owner: string, method: string, asker: string): string {
  return `rpc.${owner}.${method}.${asker}`;
}

/** The owner is the second part of the package: `rpc.auth.v1` belongs to auth. */
export function ownerOf(service: DescService): string {
  return service.typeName.split('.')[1] ?? '';
}

export type UnaryMethod = DescMethod & { readonly methodKind: 'unary' };
