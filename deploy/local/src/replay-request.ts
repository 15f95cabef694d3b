import { parseArgs } from 'node:util';
import { SERVICES } from './environment.ts';
import { Problem } from './problem.ts';

/** What to replay, where. */
export type ReplayRequest =
  | { kind: 'help' }
  | { kind: 'list'; service: string; limit: number }
  | { kind: 'dead-letters'; service: string; ids: string[]; eventType: string; limit: number }
  | { kind: 'outbox'; service: string; since: Date; eventType: string; limit: number };

const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads the command's arguments.
 * @param now what a relative `--since` counts back from
 * @throws {Problem}
 */
export function readReplayRequest(args: string[], now: Date): ReplayRequest {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      service: { type: 'string' },
      list: { type: 'boolean' },
      'dead-letters': { type: 'boolean' },
      outbox: { type: 'boolean' },
      since: { type: 'string' },
      type: { type: 'string' },
      id: { type: 'string', multiple: true },
      limit: { type: 'string' },
    },
  });
  if (values.help) return { kind: 'help' };
  const service = values.service ?? '';
  if (!SERVICES.some((name) => name === service)) {
    throw new Problem(`--service must name one of ${SERVICES.join(', ')}.`);
  }
  const limit = readLimit(values.limit);
  const eventType = values.type ?? '';
  if (values.outbox) {
    if (values['dead-letters'] || values.list || values.id) {
      throw new Problem('--outbox goes with --since, --type and --limit only.');
    }
    return { kind: 'outbox', service, since: readSince(values.since, now), eventType, limit };
  }
  if (values.since !== undefined) throw new Problem('--since goes with --outbox only.');
  if (values.list) return { kind: 'list', service, limit };
  return { kind: 'dead-letters', service, ids: values.id ?? [], eventType, limit };
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Problem(`--limit is "${text}"; it must be a whole number from 1 to 999999.`);
}

/** An ISO 8601 time, or how long ago: `30m`, `2h`, `1d`. */
function readSince(text: string | undefined, now: Date): Date {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text ?? '') ?? [];
  if (amount !== undefined)
    return new Date(now.getTime() - Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]);
  const since = new Date(/^\d{4}-\d{2}-\d{2}/.test(text ?? '') ? (text ?? '') : Number.NaN);
  if (!Number.isNaN(since.getTime())) return since;
  throw new Problem(
    '--outbox needs --since: a time such as 2026-11-20T10:00:00Z, or how long ago, such as 30m, 2h, 1d.',
  );
}
