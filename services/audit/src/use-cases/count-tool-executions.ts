import type { WorkspaceActor } from '@switchboard/identity';
import type { Database } from '@switchboard/storage';
import { successRate } from '../domain/success-rate.ts';

/** Calls in numbers. */
export interface ToolCounts {
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly pending: number;
  /** In percent of those that ended, with two places. */
  readonly successRate: string;
  /** Of those that ended; null where none did. */
  readonly averageMs: number | null;
}

export interface CountsOfTool extends ToolCounts {
  readonly toolName: string;
}

export interface WorkspaceCounts extends ToolCounts {
  /** Agents that called a tool, whether they are still there or not. */
  readonly agents: number;
}

interface CountRow {
  tool: string;
  successful: string | number;
  failed: string | number;
  pending: string | number;
  duration_ms: string | number | null;
}

const COUNTS = `count(*) filter (where status = 'SUCCESS') as successful,
  count(*) filter (where status = 'FAILED') as failed,
  count(*) filter (where status = 'PENDING') as pending,
  sum(duration_ms) as duration_ms`;

/** Counts calls of tools in the caller's workspace; the table's policies confine it to workspace and mode. */
export class CountToolExecutions {
  constructor(private readonly database: Database) {}

  /** Those of an agent, and the same for each of its tools, most calls first. */
  ofAgent(
    actor: WorkspaceActor,
    agentId: string,
  ): Promise<ToolCounts & { readonly byTool: readonly CountsOfTool[] }> {
    return this.database.read(actor, async (em) => {
      const rows = await em.execute<CountRow[]>(
        `select tool, ${COUNTS} from tool_executions where agent_id = ?
         group by tool order by count(*) desc, tool`,
        [agentId],
      );
      const byTool = rows.map((row) => ({ toolName: row.tool, ...countsOf([row]) }));
      return { ...countsOf(rows), byTool };
    });
  }

  /** Everybody's. */
  ofWorkspace(actor: WorkspaceActor): Promise<WorkspaceCounts> {
    return this.database.read(actor, async (em) => {
      const [row] = await em.execute<(CountRow & { agents: string | number })[]>(
        `select count(distinct agent_id) as agents, ${COUNTS} from tool_executions`,
      );
      return { ...countsOf(row ? [row] : []), agents: Number(row?.agents ?? 0) };
    });
  }
}

function countsOf(rows: readonly CountRow[]): ToolCounts {
  const sum = (column: Exclude<keyof CountRow, 'tool'>): number =>
    rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
  const [successful, failed, pending] = [sum('successful'), sum('failed'), sum('pending')];
  const ended = successful + failed;
  return {
    total: ended + pending,
    successful,
    failed,
    pending,
    successRate: successRate(successful, failed),
    averageMs: ended === 0 ? null : Math.round(sum('duration_ms') / ended),
  };
}
