import { AppError, invalidInput } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, SYSTEM } from '@switchboard/storage';
import { AuditCheckpoint } from '../domain/audit-checkpoint.ts';
import { AuditEntry } from '../domain/audit-entry.ts';
import { AuditHead } from '../domain/audit-head.ts';
import type { ChainEnd, ChainSigner } from '../domain/chain-signer.ts';
import { type ChainProblem, ChainWalk } from '../domain/chain-walk.ts';
import { ToolExecution } from '../domain/tool-execution.ts';
import { endOf } from './append-entry.ts';
import { recordedCall } from './recorded-call.ts';

export interface Verification {
  readonly problem: ChainProblem | undefined;
  /** How many entries stand, from the first. */
  readonly checkedEntries: number;
  /** The end of a sound chain, signed, to be kept elsewhere. */
  readonly checkpoint: string | undefined;
}

const PAGE = 1_000;
/** Rows of calls read at a time; one has up to 175 KiB. */
const CALLS = 100;

/**
 * Finds whether a workspace's chain is as it was written: nothing edited, deleted, moved, or cut off; and whether the
 * calls of tools it tells of are kept as it says.
 */
export class VerifyChain {
  constructor(
    private readonly database: Database,
    private readonly signer: ChainSigner,
  ) {}

  /**
   * @param kept a checkpoint that an earlier verification gave. It also finds what cannot be found from within: a
   * whole database put back to an earlier state.
   * @throws AppError INVALID_INPUT for a checkpoint that is not this workspace's; FORBIDDEN for a test caller, who
   * does not see the whole chain.
   */
  async execute({ workspaceId, mode }: WorkspaceActor, kept?: string | null): Promise<Verification> {
    if (mode === 'test') {
      throw new AppError('FORBIDDEN', 'a test caller cannot verify the chain', {
        publicMessage: 'The audit trail can only be verified with a live key.',
      });
    }
    const outside = kept ? this.signer.read(workspaceId, kept) : undefined;
    if (kept && !outside) {
      throw invalidInput('checkpoint is not one of this workspace.', { argument: 'checkpoint' });
    }
    const believed = [...(await this.#checkpoints(workspaceId)), ...(outside ? [outside] : [])];
    const walk = new ChainWalk(new Map(believed.map(({ sequence, hash }) => [sequence, hash])));
    const problem = await this.#walk(workspaceId, walk, believed);
    const end = { workspaceId, sequence: walk.checked, hash: walk.hash };
    return {
      problem,
      checkedEntries: walk.checked,
      checkpoint: problem || walk.checked === 0 ? undefined : this.signer.issue(end),
    };
  }

  async #walk(
    workspaceId: string,
    walk: ChainWalk,
    believed: readonly ChainEnd[],
  ): Promise<ChainProblem | undefined> {
    let lastId: string | undefined;
    for (;;) {
      const { head, entries } = await this.#page(workspaceId, walk.checked);
      if (entries.length === 0) return this.#endProblem(walk, head, believed, lastId);
      const stood: AuditEntry[] = [];
      let problem: ChainProblem | undefined;
      for (const entry of entries) {
        problem = walk.step(entry);
        if (problem) break;
        stood.push(entry);
      }
      // Only of entries that stand: what others say of a call vouches for nothing.
      problem = (await this.#callProblem(workspaceId, stood)) ?? problem;
      if (problem) return problem;
      lastId = stood.at(-1)?.id;
    }
  }

  /** The first entry about a call of a tool that is not kept as the entry says. */
  async #callProblem(workspaceId: string, entries: readonly AuditEntry[]): Promise<ChainProblem | undefined> {
    const told = entries.flatMap((entry) => {
      const call = recordedCall(entry);
      return call ? [{ entry, call }] : [];
    });
    for (let from = 0; from < told.length; from += CALLS) {
      const some = told.slice(from, from + CALLS);
      const ids = some.map(({ call }) => call.executionId);
      const rows = await this.database.read(SYSTEM, (em) =>
        em.find(ToolExecution, { workspaceId, id: { $in: ids } }, { disableIdentityMap: true }),
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const { entry, call } of some) {
        const row = byId.get(call.executionId);
        if (row && call.isKeptIn(row)) continue;
        const kind = row ? 'EDITED' : 'DELETED';
        return { sequence: Number(entry.sequence), kind, entryId: entry.id };
      }
    }
    return undefined;
  }

  /** The head first: where no entry follows then, it is the head of exactly the entries seen. */
  #page(workspaceId: string, after: number): Promise<{ head: AuditHead | null; entries: AuditEntry[] }> {
    return this.database.read(SYSTEM, async (em) => {
      const head = await em.findOne(AuditHead, { workspaceId });
      const entries = await em.find(
        AuditEntry,
        { workspaceId, sequence: { $gt: BigInt(after) } },
        { orderBy: { sequence: 'asc' }, limit: PAGE, disableIdentityMap: true },
      );
      return { head, entries };
    });
  }

  /** What is wrong with the end of a chain whose entries all stand. */
  #endProblem(
    { checked, hash }: ChainWalk,
    head: AuditHead | null,
    believed: readonly ChainEnd[],
    lastId: string | undefined,
  ): ChainProblem | undefined {
    const reached = Math.max(0, ...believed.map(({ sequence }) => sequence));
    const truncated = { sequence: checked + 1, kind: 'TRUNCATED', entryId: undefined } as const;
    if (reached > checked) return truncated;
    if (!head) return checked === 0 ? undefined : truncated;
    // An end that nobody vouches for may be anybody's.
    if (Number(head.sequence) > checked || !this.signer.verify('head', endOf(head), head.signature)) {
      return truncated;
    }
    if (Number(head.sequence) === checked && head.hash === hash) return undefined;
    return { sequence: checked, kind: 'EDITED', entryId: lastId };
  }

  /** Those whose signature is right; the others prove nothing. */
  async #checkpoints(workspaceId: string): Promise<ChainEnd[]> {
    const rows = await this.database.read(SYSTEM, (em) =>
      em.find(AuditCheckpoint, { workspaceId }, { disableIdentityMap: true }),
    );
    return rows
      .filter((row) => this.signer.verify('checkpoint', endOf(row), row.signature))
      .map((row) => endOf(row));
  }
}
