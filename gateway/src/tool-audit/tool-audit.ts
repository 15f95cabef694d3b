import type { WorkspaceActor } from '@switchboard/identity';

/** A call that is about to be made. */
export interface ToolCall {
  /** `tex_…` */
  readonly executionId: string;
  readonly caller: WorkspaceActor;
  readonly tool: string;
  readonly input: BoundedText;
  readonly requestId: string;
}

/** How a call ended. */
export interface ToolCallEnd {
  readonly executionId: string;
  readonly workspaceId: string;
  readonly succeeded: boolean;
  readonly output: BoundedText;
  readonly errorMessage: string | undefined;
  readonly durationMs: number;
}

/** Text of 64 KiB at most. */
export interface BoundedText {
  readonly text: string;
  /** The end is missing. */
  readonly isCut: boolean;
}

/** Where calls of tools are recorded. */
export interface ToolAudit {
  /** Once it resolves, the record is committed. @throws AppError when that is not certain. */
  begin(call: ToolCall): Promise<void>;
  /** @throws AppError when it could not be told; the same again does no harm. */
  finish(end: ToolCallEnd): Promise<void>;
}

const BYTES_MAX = 65_536;

/** A value as JSON, as much of it as is kept. */
export function boundedJson(value: unknown): BoundedText {
  const text = JSON.stringify(value) ?? 'null';
  const bytes = Buffer.from(text);
  if (bytes.length <= BYTES_MAX) return { text, isCut: false };
  // Streaming leaves out a character whose last bytes are cut off.
  return { text: new TextDecoder().decode(bytes.subarray(0, BYTES_MAX), { stream: true }), isCut: true };
}
