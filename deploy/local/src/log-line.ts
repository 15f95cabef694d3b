/** A line of a part's output, as far as the terminal cares. */
export interface LogLine {
  level: 'info' | 'warn' | 'error';
  /** One line for people. */
  text: string;
}

const LEVELS: Record<string, LogLine['level']> = { warn: 'warn', error: 'error', fatal: 'error' };
/** Pino's numbers, for parts that keep them. */
const WARN_NUMBER = 40;
const ERROR_NUMBER = 50;
/** nats-server: `[pid] date time [INF] message`. */
const NATS_LINE = /^\[\d+\] \S+ \S+ \[(\w+)\] (.*)$/;
const NATS_LEVELS: Record<string, LogLine['level']> = { WRN: 'warn', ERR: 'error', FTL: 'error' };

/** nats-server says so at every start; the passwords are random and their file is the owner's alone. */
const EXPECTED = 'Plaintext passwords detected, use nkeys or bcrypt';

/**
 * Understands pino's JSON, nats-server's lines and plain text.
 * @param fromStderr plain text on stderr is a complaint; on stdout it is chatter
 */
export function parseLogLine(raw: string, fromStderr: boolean): LogLine {
  const nats = NATS_LINE.exec(raw);
  if (nats !== null) {
    const [, code = '', text = ''] = nats;
    return { level: text === EXPECTED ? 'info' : (NATS_LEVELS[code] ?? 'info'), text };
  }
  const fields = parseObject(raw);
  if (fields === undefined) return { level: fromStderr ? 'warn' : 'info', text: raw };
  const { level, msg, err, error } = fields;
  const reason = reasonOf(err ?? error);
  const text = [msg, reason].filter((each) => typeof each === 'string' && each !== '');
  return { level: levelOf(level), text: [...new Set(text)].join(': ') || raw };
}

function parseObject(raw: string): Record<string, unknown> | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

function levelOf(level: unknown): LogLine['level'] {
  if (typeof level === 'string') return LEVELS[level] ?? 'info';
  if (typeof level !== 'number') return 'info';
  if (level >= ERROR_NUMBER) return 'error';
  return level >= WARN_NUMBER ? 'warn' : 'info';
}

function reasonOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}
