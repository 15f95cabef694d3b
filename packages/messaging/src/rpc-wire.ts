import type { DescService } from '@bufbuild/protobuf';
import type { JWK } from 'jose';

/**
 * Answered by every owner next to its own methods: the public key that requests are sealed to, and the replica that
 * holds it. Requests are addressed to that replica, because no other can open them.
 */
export const SEALING_KEY_METHOD = 'sealingKey';

/** Headers of requests and answers. */
export const RPC = {
  /** The asker's public key, to seal the answer to (JSON Web Key). */
  replyKey: 'sb-reply-key',
  errorCode: 'sb-error-code',
  errorMessage: 'sb-error-message',
  retryAfterMs: 'sb-retry-after-ms',
  /** Set when the owner could not open the request. */
  staleKey: 'sb-stale-key',
  correlationId: 'sb-correlation-id',
  causationId: 'sb-causation-id',
  operation: 'sb-operation',
  actor: 'sb-actor',
  traceparent: 'traceparent',
} as const;

/** What `sealingKey` answers. */
export interface Seat {
  /** Names one process of the owner. */
  readonly instance: string;
  readonly key: JWK;
}

/** `rpc.<owner>.<method>.<asker>`: the last part is what the asker's permissions pin down. */
export function rpcSubject(owner: string, method: string, asker: string): string {
  return `rpc.${owner}.${method}.${asker}`;
}

/** A method at one replica, as the third part of a subject. */
export function atInstance(method: string, instance: string): string {
  return `${method}-${instance}`;
}

/** The owner is the second part of the package: `rpc.auth.v1` belongs to auth. */
export function ownerOf(service: DescService): string {
  return service.typeName.split('.')[1] ?? '';
}
