import { randomBytes } from 'node:crypto';
import { withCpuCost } from './cpu-cost.ts';
import { atConcurrency, atRate, type Send } from './load-loop.ts';
import { type Bench, type Measurement, warmUpSeconds } from './measure.ts';
import { percentile } from './percentile.ts';

const CONCURRENCY = 20;
/** A rate that even embedded databases keep up with: lags under overload would say nothing about the way. */
const MODERATE = 10;
const TRAIL_MAX = 500;

const SMS_SEND = `mutation ($input: SmsSendInput!) {
  smsSend(input: $input) { sms { id status } replayed userErrors { code message } } }`;

/** Sends a text to somebody new each time; the vendor's callbacks about it are part of the load. */
export function sendText({ api, workspace, smsIds }: Bench): Send {
  return async () => {
    const digits = String(randomBytes(4).readUInt32BE() % 10_000).padStart(4, '0');
    const input = {
      idempotencyKey: randomBytes(12).toString('hex'),
      to: `+1415555${digits}`,
      body: 'Your appointment is tomorrow.',
    };
    const { smsSend } = await api.graphql<{ smsSend: { sms: { id: string } } }>(
      workspace.credential,
      SMS_SEND,
      { input },
    );
    smsIds.push(smsSend.sms.id);
  };
}

/** How long after a fact the audit trail had it, for the newest entries. @param entries how many, 500 at most. */
async function trailLagsMs({ workspace }: Bench, entries: number): Promise<readonly number[]> {
  const lags: number[] = [];
  let after: string | null = null;
  while (lags.length < Math.min(entries, TRAIL_MAX)) {
    const answer: AuditPage = await workspace.owner.call(
      `query ($after: String) { auditEntries(first: 100, after: $after) {
        nodes { occurredAt recordedAt } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    const { nodes, pageInfo } = answer.auditEntries;
    lags.push(...nodes.map(({ occurredAt, recordedAt }) => Date.parse(recordedAt) - Date.parse(occurredAt)));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  return lags.slice(0, entries);
}

interface AuditPage {
  readonly auditEntries: {
    readonly nodes: readonly { readonly occurredAt: string; readonly recordedAt: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

/** A rate far beyond what was reached before would only measure how long the queue gets, and spoil what follows. */
function isHopeless({ figures }: Bench, perSecond: number): boolean {
  const reached = figures.get('mutation.concurrent.perSecond');
  return typeof reached === 'number' && perSecond > 2 * reached;
}

function fixedRate(perSecond: number): Measurement {
  return {
    title: `smsSend at ${perSecond}/s`,
    async run(bench) {
      const key = `mutation.rate${perSecond}`;
      if (isHopeless(bench, perSecond))
        return bench.figures.leaveOut(key, `more than twice what was reached`);
      bench.figures.setRun(key, await atRate(perSecond, bench.seconds, sendText(bench)));
    },
  };
}

export const mutations: readonly Measurement[] = [
  {
    title: `smsSend at ${MODERATE}/s, and how fast its events travel`,
    async run(bench) {
      const { figures, operator, seconds } = bench;
      await atConcurrency(4, warmUpSeconds(seconds), sendText(bench));
      await operator.untilQuiet();
      bench.lag.take();
      figures.setRun('mutation.rate10', await atRate(MODERATE, seconds, sendText(bench)));
      await operator.untilQuiet();
      const lags = bench.lag.take();
      figures.set('outbox.lag.p50Ms', percentile(lags, 0.5));
      figures.set('outbox.lag.p99Ms', percentile(lags, 0.99));
      figures.set('outbox.lag.events', lags.length);
      const trail = await trailLagsMs(bench, lags.length);
      figures.set('audit.lag.p50Ms', percentile(trail, 0.5));
      figures.set('audit.lag.p99Ms', percentile(trail, 0.99));
    },
  },
  {
    title: `smsSend, ${CONCURRENCY} at a time`,
    async run(bench) {
      const run = () => atConcurrency(CONCURRENCY, bench.seconds, sendText(bench));
      bench.figures.setRun('mutation.concurrent', await withCpuCost(bench, 'mutation', run));
    },
  },
  fixedRate(50),
  fixedRate(300),
];
