/** Does work of a kind one piece after the other, in the order it was asked for. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what `work` returns. @throws what it throws; the next piece begins all the same. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
