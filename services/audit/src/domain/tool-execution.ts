import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** How a call of a tool stands. `PENDING` until it ended; it stays so where nobody learned how it ended. */
export type ToolExecutionStatus = 'PENDING' | 'SUCCESS' | 'FAILED';

/** One call of a tool. What went in and what came out is encrypted with the key of its subject. */
@Entity({ tableName: 'tool_executions' })
export class ToolExecution {
  declare readonly [OptionalProps]?:
    | 'status'
    | 'resultSealed'
    | 'outputCut'
    | 'durationMs'
    | 'createdAt'
    | 'finishedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  /** Called in test mode. */
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'text', nullable: true }) agentId!: string | null;
  @Property({ type: 'text', nullable: true }) userId!: string | null;
  @Property({ type: 'text', nullable: true }) apiKeyId!: string | null;
  /** Whose key encrypts it: the signed-in user, the agent, or the API key. */
  @Property({ type: 'text' }) subjectId!: string;
  @Property({ type: 'text' }) tool!: string;
  @Property({ type: 'text' }) requestId!: string;
  @Property({ type: 'text' }) status: ToolExecutionStatus = 'PENDING';
  @Property({ type: 'text', hidden: true }) inputSealed!: string;
  /** The end of the input is missing. */
  @Property({ type: 'boolean' }) inputCut!: boolean;
  /** JSON of `ToolResult`; null while there is none, and where the key was gone before there was one. */
  @Property({ type: 'text', nullable: true, hidden: true }) resultSealed: string | null = null;
  @Property({ type: 'boolean' }) outputCut: boolean = false;
  @Property({ type: 'integer', nullable: true }) durationMs: number | null = null;
  @Property({ type: 'datetime' }) createdAt: Date = new Date();
  @Property({ type: 'datetime', nullable: true }) finishedAt: Date | null = null;
}

/** What came out of a call. */
export interface ToolResult {
  /** JSON, as the caller got it. */
  readonly output: string;
  /** The first error or refusal. It may quote the input, so it is encrypted as well. */
  readonly errorMessage: string | null;
}

/** Who called, as one id: the person where there is one, so that erasing them takes what they passed along. */
export function subjectOf({
  userId,
  agentId,
  apiKeyId,
}: Pick<ToolExecution, 'userId' | 'agentId' | 'apiKeyId'>): string | undefined {
  return userId ?? agentId ?? apiKeyId ?? undefined;
}
