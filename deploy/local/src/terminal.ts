import type { LogLine } from './log-line.ts';

const NAME_WIDTH = 10;

/** What the person sees. */
export class Terminal {
  constructor(
    private readonly write: (text: string) => void,
    private readonly showAll: boolean,
  ) {}

  /** A line of the runner's own. */
  say(line: string): void {
    this.write(`${line}\n`);
  }

  /** A part's line: complaints always, the rest when asked for. */
  fromPart(part: string, line: LogLine): void {
    if (line.level === 'info' && !this.showAll) return;
    this.write(`${part.padEnd(NAME_WIDTH)} ${line.level.padEnd(5)} ${line.text}\n`);
  }
}

/** Writes to stdout, and goes on in silence when nobody reads it any more (`npm start | head`). */
export function openTerminal(showAll: boolean): Terminal {
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  return new Terminal((text) => process.stdout.write(text), showAll);
}
