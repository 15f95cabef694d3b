/**
 * Questions that wait for their answers, by workspace: one that is asked again meanwhile shares the answer. What is
 * under way when something changes may have been read before, so it answers whoever waits for it and nobody who
 * asks later.
 */
export class QuestionsUnderWay<Answer> {
  readonly #byWorkspace = new Map<string, Map<string, Promise<Answer>>>();

  /** @param ask sends the question; only called when nobody else waits for its answer. */
  share(workspaceId: string, question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#byWorkspace.get(workspaceId);
    const shared = known?.get(question);
    if (shared) return shared;
    const waiting = known ?? new Map<string, Promise<Answer>>();
    if (!known) this.#byWorkspace.set(workspaceId, waiting);
    const answer = ask().finally(() => {
      waiting.delete(question);
      if (waiting.size === 0 && this.#byWorkspace.get(workspaceId) === waiting) {
        this.#byWorkspace.delete(workspaceId);
      }
    });
    waiting.set(question, answer);
    return answer;
  }

  /** Something of the workspace changed. */
  changed(workspaceId: string): void {
    this.#byWorkspace.delete(workspaceId);
  }
}
