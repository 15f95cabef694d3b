import { type AuditEntry, expectedHash } from './audit-entry.ts';
import { contentHash, entryHash, GENESIS } from './entry-hash.ts';

/** How a chain is broken. */
export type ProblemKind = 'EDITED' | 'DELETED' | 'REORDERED' | 'TRUNCATED';

/** The first place where a chain, or a call of a tool that it tells of, is not as it was written. */
export interface ChainProblem {
  /** The place in the chain. */
  readonly sequence: number;
  readonly kind: ProblemKind;
  /** The entry that stands there, if one does. */
  readonly entryId: string | undefined;
}

/** How far from its place an entry is looked for, when it does not belong where it stands. */
const REORDER_WINDOW = 10_000;

/** Walks a chain from its beginning, entry by entry. */
export class ChainWalk {
  #sequence = 0;
  #hash = GENESIS;

  /** @param signed the hashes that signed checkpoints give, by sequence. */
  constructor(private readonly signed: ReadonlyMap<number, string>) {}

  /** How many entries stood. */
  get checked(): number {
    return this.#sequence;
  }

  /** Hash of the last entry that stood. */
  get hash(): string {
    return this.#hash;
  }

  /** The next entry in the order of their sequences. @returns the problem it shows. */
  step(entry: AuditEntry): ChainProblem | undefined {
    const sequence = this.#sequence + 1;
    const entryId = entry.id;
    if (entry.hash !== expectedHash(entry)) {
      const kind = belongsElsewhere(entry) ? 'REORDERED' : 'EDITED';
      return { sequence: Number(entry.sequence), kind, entryId };
    }
    if (Number(entry.sequence) !== sequence) return { sequence, kind: 'DELETED', entryId: undefined };
    const signedHash = this.signed.get(sequence) ?? entry.hash;
    // Right in itself, but not what followed the one before: somebody computed new hashes.
    if (entry.previousHash !== this.#hash || signedHash !== entry.hash) {
      return { sequence, kind: 'EDITED', entryId };
    }
    this.#sequence = sequence;
    this.#hash = entry.hash;
    return undefined;
  }
}

/** Whether the entry is untouched but for its place. */
function belongsElsewhere(entry: AuditEntry): boolean {
  const here = Number(entry.sequence);
  const { workspaceId, previousHash } = entry;
  const content = contentHash(entry);
  for (let sequence = Math.max(1, here - REORDER_WINDOW); sequence <= here + REORDER_WINDOW; sequence += 1) {
    if (entryHash({ workspaceId, sequence, previousHash }, content) === entry.hash) return true;
  }
  return false;
}
