/** Whose rows a transaction may touch. A workspace actor of a request fits as it is. */
export interface WorkspaceScope {
  readonly workspaceId: string;
  /** `test` sees and writes only rows with `sandbox = true`. */
  readonly mode: 'live' | 'test';
}

/** Work of the service itself (relay, handlers, sweepers), which sees every workspace's rows. */
export const SYSTEM = { system: true } as const;

export type Scope = WorkspaceScope | typeof SYSTEM;

export function isSystem(scope: Scope): scope is typeof SYSTEM {
  return 'system' in scope;
}
