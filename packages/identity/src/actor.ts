/**
 * Who stands behind a request, as the gateway established it.
 * An anonymous actor has no workspace: it can only sign up, sign in, or redeem a link.
 */
export interface AnonymousActor {
  readonly kind: 'anonymous';
}

/** A caller inside one workspace. Everything it reads or writes belongs to that workspace. */
export interface WorkspaceActor {
  readonly kind: 'user' | 'apiKey' | 'agent';
  readonly workspaceId: string;
  /** `test` callers see and make only what is `sandbox: true`. */
  readonly mode: 'live' | 'test';
  readonly scopes: readonly string[];
  readonly userId?: string | undefined;
  readonly role?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly apiKeyId?: string | undefined;
  readonly agentId?: string | undefined;
  /** The gateway serves the caller nothing but the operations registered with the installation. */
  readonly registeredOperationsOnly?: boolean | undefined;
}

export type Actor = AnonymousActor | WorkspaceActor;

/** One request's identity: the actor, and the ids that tie its consequences together. */
export interface RequestIdentity {
  readonly actor: Actor;
  readonly requestId: string;
  readonly correlationId: string;
  /** Root field or name of the client's operation, for the audit trail. */
  readonly operation?: string | undefined;
  /** The client's address as the gateway saw it; used for limits only. */
  readonly clientIp?: string | undefined;
}
