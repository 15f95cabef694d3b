/** Something the person at the terminal can mend; `message` is one line that says what it is and what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
