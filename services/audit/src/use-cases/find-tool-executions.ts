import type { FilterQuery } from '@mikro-orm/core';
import type { EnvelopeKey } from '@switchboard/envelope';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan, type Tx } from '@switchboard/storage';
import { ToolExecution, type ToolExecutionStatus, type ToolResult } from '../domain/tool-execution.ts';
import { inputPlace, resultPlace } from '../domain/tool-places.ts';
import { openText, type SubjectKeys } from './seal-for-subject.ts';

export interface ToolExecutionFilter {
  readonly agentId?: string | null | undefined;
  readonly userId?: string | null | undefined;
  readonly tool?: string | null | undefined;
  readonly status?: ToolExecutionStatus | null | undefined;
}

/** An execution, decrypted as far as its key is still there. */
export interface ReadableExecution {
  readonly id: string;
  readonly execution: ToolExecution;
  /** Null once the key is gone. */
  readonly input: string | null;
  /** Null as well while there is no result. */
  readonly result: ToolResult | null;
}

/** Reads executions of the caller's workspace. */
export class FindToolExecutions {
  constructor(
    private readonly database: Database,
    private readonly keys: SubjectKeys,
  ) {}

  /** In the order of the ids; null for what is unknown or another workspace's. */
  byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(ReadableExecution | null)[]> {
    return this.database.read(actor, async (em) => {
      const rows = await em.find(ToolExecution, { id: { $in: [...ids] } });
      const byId = new Map((await this.#open(em, actor, rows)).map((one) => [one.id, one]));
      return ids.map((id) => byId.get(id) ?? null);
    });
  }

  /** Newest first, one more than the page holds. */
  page(
    actor: WorkspaceActor,
    { agentId, userId, tool, status }: ToolExecutionFilter,
    plan: PagePlan,
  ): Promise<ReadableExecution[]> {
    const where: FilterQuery<ToolExecution> = {
      ...(agentId && { agentId }),
      ...(userId && { userId }),
      ...(tool && { tool }),
      ...(status && { status }),
    };
    return this.database.read(actor, async (em) =>
      this.#open(em, actor, await findPage(em, ToolExecution, where, plan)),
    );
  }

  async #open(
    em: Tx['em'],
    { workspaceId }: WorkspaceActor,
    rows: readonly ToolExecution[],
  ): Promise<ReadableExecution[]> {
    const keys = await this.keys.find(
      em,
      workspaceId,
      rows.map(({ subjectId }) => subjectId),
    );
    return rows.map((row) => readable(row, keys.get(row.subjectId)));
  }
}

function readable(execution: ToolExecution, key: EnvelopeKey | undefined): ReadableExecution {
  const { id, inputSealed, resultSealed } = execution;
  const result = key && resultSealed ? openText(key, resultPlace(execution), resultSealed) : null;
  return {
    id,
    execution,
    input: key ? openText(key, inputPlace(execution), inputSealed) : null,
    result: result === null ? null : (JSON.parse(result) as ToolResult),
  };
}
