/** What a client sends: RFC 3501 section 9, as far as reading a mailbox needs it. */

/** An argument. Texts are bytes as latin1, whether they came as atom, quoted string or literal. */
export type Argument = string | readonly Argument[];

export interface ImapCommand {
  readonly tag: string;
  /** In upper case; `UID` and what follows it are one name, such as `UID FETCH`. */
  readonly name: string;
  readonly arguments: readonly Argument[];
}

/** What the client sent is no command; the tag is `*` where even that is missing. */
export class BadCommand extends Error {
  constructor(
    readonly tag: string,
    message: string,
  ) {
    super(message);
  }
}

const DEPTH_MAX = 8;
/** Marks the place of a literal within the line. No byte becomes it: lines are latin1. */
export const LITERAL_MARK = '\ue000';

/**
 * @param line one command without its line end; each literal's place is marked.
 * @param literals their contents, in order.
 * @throws BadCommand
 */
export function parseCommand(line: string, literals: readonly string[]): ImapCommand {
  const [tag = '', ...rest] = line.split(' ');
  if (!/^[^\s(){%*"\\+\ue000]+$/.test(tag)) throw new BadCommand('*', 'no tag');
  const parser = new ArgumentParser(tag, rest.join(' '), literals);
  const [first, ...others] = parser.all();
  if (typeof first !== 'string' || first === '') throw new BadCommand(tag, 'no command');
  const name = first.toUpperCase();
  if (name !== 'UID') return { tag, name, arguments: others };
  const [second, ...left] = others;
  if (typeof second !== 'string') throw new BadCommand(tag, 'UID of what?');
  return { tag, name: `UID ${second.toUpperCase()}`, arguments: left };
}

class ArgumentParser {
  #at = 0;
  #literal = 0;

  constructor(
    private readonly tag: string,
    private readonly text: string,
    private readonly literals: readonly string[],
  ) {}

  all(): Argument[] {
    const found = this.#list(0);
    if (this.#at < this.text.length) throw this.#bad();
    return found;
  }

  #list(depth: number): Argument[] {
    if (depth > DEPTH_MAX) throw this.#bad();
    const found: Argument[] = [];
    while (this.#at < this.text.length && this.text[this.#at] !== ')') {
      if (this.text[this.#at] === ' ') {
        this.#at += 1;
        continue;
      }
      found.push(this.#one(depth));
    }
    return found;
  }

  #one(depth: number): Argument {
    const begin = this.text[this.#at];
    if (begin === '(') {
      this.#at += 1;
      const inner = this.#list(depth + 1);
      if (this.text[this.#at] !== ')') throw this.#bad();
      this.#at += 1;
      return inner;
    }
    if (begin === '"') return this.#quoted();
    if (begin === LITERAL_MARK) {
      this.#at += 1;
      this.#literal += 1;
      return this.literals[this.#literal - 1] ?? '';
    }
    return this.#atom();
  }

  #quoted(): string {
    const match = /^"((?:[^"\\]|\\["\\])*)"/.exec(this.text.slice(this.#at));
    if (!match) throw this.#bad();
    this.#at += match[0].length;
    return (match[1] ?? '').replace(/\\(["\\])/g, '$1');
  }

  /** `BODY.PEEK[HEADER.FIELDS (DATE)]<0.10>` is one: what stands in brackets belongs to it. */
  #atom(): string {
    const match = /^(?:\[[^\]]*\]|[^\s()"[\ue000])+/.exec(this.text.slice(this.#at));
    if (!match) throw this.#bad();
    this.#at += match[0].length;
    return match[0];
  }

  #bad(): BadCommand {
    return new BadCommand(
      this.tag,
      `cannot read the command near "${this.text.slice(this.#at, this.#at + 20)}"`,
    );
  }
}
