import { randomBytes } from 'node:crypto';

/** Tells the operations that `/mcp` makes from those that clients send: each carries a mark that nobody can guess. */
export class ToolCallMarks {
  readonly #issued = new Set<string>();

  /** A mark for one operation; to be withdrawn when it was answered. */
  issue(): string {
    const mark = randomBytes(32).toString('base64url');
    this.#issued.add(mark);
    return mark;
  }

  isIssued(mark: unknown): boolean {
    return typeof mark === 'string' && this.#issued.has(mark);
  }

  withdraw(mark: string): void {
    this.#issued.delete(mark);
  }
}

/** The header that carries it. */
export const TOOL_CALL_HEADER = 'x-switchboard-tool-call';
