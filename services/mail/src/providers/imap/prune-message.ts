/**
 * Makes a message small before it is parsed. A parser holds every line and every file of a mail at once, so 25 MB that
 * somebody chose can cost minutes and gigabytes. What is kept is all that is wanted: headers, texts up to a limit, and
 * of each file its headers and its size.
 *
 * Terms are those of RFC 2045 and 2046: a part is headers, an empty line and a body; a multipart's body is parts between
 * delimiter lines; any other part is a leaf.
 */

const NESTING_MAX = 32;
const PARTS_MAX = 500;
const HEADER_BYTES_MAX = 512 * 1_024;
/** Raw, of all texts together: encodings and markup take several times what is read. */
const TEXT_BYTES_MAX = 2 * 1_024 * 1_024;
const TEXT_LINES_MAX = 20_000;
/** Lines that begin like a delimiter and may be none. */
const DASHED_LINES_MAX = 500_000;
const BOUNDARY_LENGTH_MAX = 250;

/** Marks a leaf whose body is the size it had. */
export const PRUNED = 'pruned';

/** The structure is beyond what people's mails have. */
export class MessageTooComplex extends Error {}

export interface PrunedMessage {
  readonly raw: Buffer;
  /** Whether a text was longer than what is kept. */
  readonly isCut: boolean;
}

/** @throws MessageTooComplex */
export function pruneMessage(raw: Buffer): PrunedMessage {
  return new Pruner(raw).prune();
}

interface Field {
  readonly name: string;
  /** With its folded lines and line ends. */
  readonly raw: Buffer;
}

/** A delimiter line that was found. */
interface Delimiter {
  readonly start: number;
  /** Which of the open multiparts it belongs to. */
  readonly of: number;
  readonly isLast: boolean;
}

const LINE_FEED = 0x0a;
const END_OF_HEADERS = Buffer.from('\r\n');

class Pruner {
  #at = 0;
  readonly #kept: Buffer[] = [];
  /** Of the multiparts that are open, outermost first. */
  readonly #boundaries: string[] = [];
  #parts = 0;
  #headerBytes = 0;
  #textBytes = 0;
  #textLines = 0;
  #dashedLines = 0;
  #isCut = false;

  constructor(private readonly raw: Buffer) {}

  prune(): PrunedMessage {
    this.#part();
    return { raw: Buffer.concat(this.#kept), isCut: this.#isCut };
  }

  /** @returns the delimiter that ended the part; undefined at the end of the message. */
  #part(): Delimiter | undefined {
    this.#parts += 1;
    if (this.#parts > PARTS_MAX || this.#boundaries.length > NESTING_MAX) {
      throw new MessageTooComplex('too many parts');
    }
    const fields = this.#headers();
    const boundary = boundaryOf(fieldIn(fields, 'content-type'));
    return boundary === undefined ? this.#leaf(fields) : this.#multipart(fields, boundary);
  }

  #headers(): Field[] {
    const fields: Field[] = [];
    for (;;) {
      const start = this.#at;
      const line = this.#line();
      this.#headerBytes += line.length;
      if (this.#headerBytes > HEADER_BYTES_MAX) throw new MessageTooComplex('headers too long');
      if (line.length === 0 || line[0] === LINE_FEED || (line[0] === 0x0d && line[1] === LINE_FEED))
        return fields;
      const last = fields.at(-1);
      if (last && (line[0] === 0x20 || line[0] === 0x09)) {
        const raw = this.raw.subarray(start - last.raw.length, this.#at);
        fields[fields.length - 1] = { name: last.name, raw };
      } else {
        fields.push({ name: nameOf(line), raw: line });
      }
    }
  }

  /** The line here with its end, of which there is none at the end of the message. */
  #line(): Buffer {
    const start = this.#at;
    const end = this.raw.indexOf(LINE_FEED, start);
    this.#at = end < 0 ? this.raw.length : end + 1;
    return this.raw.subarray(start, this.#at);
  }

  #multipart(fields: readonly Field[], boundary: string): Delimiter | undefined {
    this.#kept.push(...fields.map(({ raw }) => raw), END_OF_HEADERS);
    const own = this.#boundaries.push(boundary) - 1;
    let delimiter = this.#skipToDelimiter();
    while (delimiter?.of === own && !delimiter.isLast) {
      this.#kept.push(Buffer.from(`--${boundary}\r\n`, 'latin1'));
      delimiter = this.#part();
    }
    this.#boundaries.length = own;
    if (delimiter?.of !== own) return delimiter;
    this.#kept.push(Buffer.from(`--${boundary}--\r\n`, 'latin1'));
    return this.#skipToDelimiter();
  }

  #leaf(fields: readonly Field[]): Delimiter | undefined {
    const begin = this.#at;
    const delimiter = this.#skipToDelimiter();
    const body = this.raw.subarray(begin, delimiter?.start ?? this.raw.length);
    const type = fieldIn(fields, 'content-type');
    const disposition = fieldIn(fields, 'content-disposition') ?? '';
    const isText = type === undefined || /^\s*text\/(plain|html)\s*(;|$)/i.test(type);
    if (isText && !/^\s*attachment/i.test(disposition)) {
      this.#kept.push(...fields.map(({ raw }) => raw), END_OF_HEADERS, this.#bounded(body));
      return delimiter;
    }
    const encoding = fieldIn(fields, 'content-transfer-encoding') ?? '';
    const own = ['content-disposition', 'content-transfer-encoding', 'content-description'];
    const left = fields.filter(({ name }) => !own.includes(name)).map(({ raw }) => raw);
    const parameters = disposition.includes(';') ? disposition.slice(disposition.indexOf(';')).trimEnd() : '';
    const added = `Content-Disposition: attachment${parameters}\r\nContent-Description: ${PRUNED}\r\n`;
    this.#kept.push(...left, Buffer.from(`${added}\r\n${sizeOf(body, encoding)}\r\n`, 'latin1'));
    return delimiter;
  }

  #bounded(body: Buffer): Buffer {
    let [end, lines] = [0, this.#textLines];
    const endMax = Math.min(body.length, TEXT_BYTES_MAX - this.#textBytes);
    while (end < endMax && lines < TEXT_LINES_MAX) {
      const lineEnd = body.indexOf(LINE_FEED, end);
      end = lineEnd < 0 || lineEnd >= endMax ? endMax : lineEnd + 1;
      lines += 1;
    }
    this.#textBytes += end;
    this.#textLines = lines;
    if (end === body.length) return body;
    this.#isCut = true;
    return Buffer.concat([body.subarray(0, end), END_OF_HEADERS]);
  }

  /** Goes behind the next delimiter line of any open multipart, or to the end of the message. */
  #skipToDelimiter(): Delimiter | undefined {
    while (this.#boundaries.length > 0 && this.#at < this.raw.length) {
      const isHere = this.raw[this.#at] === 0x2d && this.raw[this.#at + 1] === 0x2d;
      const before = isHere ? this.#at - 1 : this.raw.indexOf('\n--', this.#at, 'latin1');
      if (!isHere && before < 0) break;
      const start = before + 1;
      this.#at = start;
      const line = this.#line().subarray(2, BOUNDARY_LENGTH_MAX + 8);
      const found = this.#delimiterIn(line.toString('latin1').trimEnd());
      if (found) return { start, ...found };
      this.#dashedLines += 1;
      if (this.#dashedLines > DASHED_LINES_MAX) throw new MessageTooComplex('too many lines with dashes');
    }
    this.#at = this.raw.length;
    return undefined;
  }

  #delimiterIn(text: string): Omit<Delimiter, 'start'> | undefined {
    for (let of = this.#boundaries.length - 1; of >= 0; of -= 1) {
      const boundary = this.#boundaries[of] ?? '';
      if (text === boundary) return { of, isLast: false };
      if (text === `${boundary}--`) return { of, isLast: true };
    }
    return undefined;
  }
}

function nameOf(line: Buffer): string {
  const colon = line.indexOf(0x3a);
  return line.subarray(0, Math.max(colon, 0)).toString('latin1').trim().toLowerCase();
}

/** Unfolded; the first of several. */
function fieldIn(fields: readonly Field[], name: string): string | undefined {
  const field = fields.find((one) => one.name === name);
  if (!field) return undefined;
  const text = field.raw.toString('latin1');
  return text
    .slice(text.indexOf(':') + 1)
    .replace(/[\r\n]+/g, ' ')
    .trim();
}

function boundaryOf(contentType: string | undefined): string | undefined {
  if (!contentType || !/^multipart\//i.test(contentType)) return undefined;
  const match = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType);
  const boundary = (match?.[1] ?? match?.[2] ?? '').trimEnd();
  if (boundary.length > BOUNDARY_LENGTH_MAX) throw new MessageTooComplex('boundary too long');
  return boundary === '' ? undefined : boundary;
}

/** Bytes of a body once it is decoded. Of quoted-printable it is those it has now, which is a little more. */
function sizeOf(body: Buffer, encoding: string): number {
  if (!/^base64$/i.test(encoding.trim())) return Math.max(0, body.length - lineEndOf(body));
  let characters = 0;
  for (const byte of body) if (byte > 0x20 && byte !== 0x3d) characters += 1;
  return Math.floor((characters * 3) / 4);
}

/** The line end before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1). */
function lineEndOf(body: Buffer): number {
  if (body.at(-1) !== LINE_FEED) return 0;
  return body.at(-2) === 0x0d ? 2 : 1;
}
