import type { Socket } from 'node:net';
import { BadCommand, type ImapCommand, LITERAL_MARK, parseCommand } from './command.ts';

const LINE_MAX = 64 * 1_024;
const LITERAL_MAX = 1_024 * 1_024;
const LITERAL = /\{(\d{1,10})(\+?)\}$/;

/** The conversation's incoming side: lines, and commands with their literals. */
export class CommandReader {
  #buffer = Buffer.alloc(0);
  readonly #chunks: AsyncIterator<Buffer>;

  constructor(private readonly socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** A line without its end, bytes as latin1; undefined when the client has gone. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf(0x0a);
      if (end >= 0) {
        const line = this.#buffer.subarray(0, end).toString('latin1').replace(/\r$/, '');
        this.#buffer = this.#buffer.subarray(end + 1);
        return line;
      }
      if (this.#buffer.length > LINE_MAX) throw new BadCommand('*', 'line too long');
      if (!(await this.#more())) return undefined;
    }
  }

  /**
   * The next command. A literal is asked for, unless the client does not wait (LITERAL+, RFC 7888).
   * @throws BadCommand
   */
  async command(): Promise<ImapCommand | undefined> {
    let text = '';
    const literals: string[] = [];
    for (;;) {
      const line = await this.line();
      if (line === undefined) return undefined;
      const match = LITERAL.exec(line);
      if (!match) return parseCommand(text + line, literals);
      const bytes = Number(match[1]);
      text += `${line.slice(0, match.index)}${LITERAL_MARK}`;
      if (bytes > LITERAL_MAX || text.length > LINE_MAX) {
        throw new BadCommand(text.split(' ')[0] || '*', 'literal too long');
      }
      if (match[2] !== '+') this.socket.write('+ Ready for the literal\r\n');
      const literal = await this.#bytes(bytes);
      if (literal === undefined) return undefined;
      literals.push(literal);
    }
  }

  async #bytes(count: number): Promise<string | undefined> {
    while (this.#buffer.length < count) if (!(await this.#more())) return undefined;
    const bytes = this.#buffer.subarray(0, count).toString('latin1');
    this.#buffer = this.#buffer.subarray(count);
    return bytes;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next().catch(() => ({ value: undefined, done: true }));
    if (done || value === undefined) return false;
    this.#buffer = Buffer.concat([this.#buffer, value]);
    return true;
  }
}
