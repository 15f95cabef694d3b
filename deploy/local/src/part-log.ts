import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseLogLine } from './log-line.ts';
import type { Terminal } from './terminal.ts';

/** One older file is kept beside the current one. */
const FILE_BYTES_MAX = 20 * 1024 * 1024;
const TAIL_LINES = 12;

/** Where a part's output goes: all of it to `DATA_DIR/logs/<part>.log`, complaints to the terminal as well. */
export class PartLog {
  readonly path: string;
  #file: WriteStream;
  #bytes: number;
  #tail: string[] = [];

  constructor(
    readonly part: string,
    dataDir: string,
    private readonly terminal: Terminal,
  ) {
    const folder = join(dataDir, 'logs');
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `${part}.log`);
    this.#bytes = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    this.#file = this.#open();
  }

  /** Follows an output of the part to its end. */
  follow(output: Readable, fromStderr: boolean): void {
    createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (raw) => {
      this.#write(raw);
      const line = parseLogLine(raw, fromStderr);
      this.#tail = [...this.#tail, line.text].slice(-TAIL_LINES);
      this.terminal.fromPart(this.part, line);
    });
  }

  /** The last lines in words, oldest first. */
  tail(): readonly string[] {
    return this.#tail;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(resolve));
  }

  #write(raw: string): void {
    if (this.#bytes > FILE_BYTES_MAX) {
      this.#file.end();
      renameSync(this.path, `${this.path}.1`);
      this.#bytes = 0;
      this.#file = this.#open();
    }
    this.#bytes += Buffer.byteLength(raw) + 1;
    this.#file.write(`${raw}\n`);
  }

  #open(): WriteStream {
    // A full disk must not end the parts; their own writes will say so.
    return createWriteStream(this.path, { flags: 'a', mode: 0o600 }).on('error', () => {});
  }
}
