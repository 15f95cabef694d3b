import type { OwnerKind } from './connection.ts';

/** What the choice of a connection to lend needs to know of one. */
export interface Candidate {
  readonly id: string;
  readonly workspaceId: string;
  readonly ownerKind: OwnerKind;
  readonly userId: string | null;
  readonly sandbox: boolean;
  readonly testOnly: boolean;
  /** Set for a connection by consent. */
  readonly accountId?: string | null;
}
