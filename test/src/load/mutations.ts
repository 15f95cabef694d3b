import { randomBytes } from 'node:crypto';
import { atConcurrency, atRate, type Send } from './load-loop.ts';
import { type Bench, type Measurement, warmUpSeconds } from './measure.ts';
import { percentile } from './percentile.ts';

const CONCURRENCY = 20;
/** A moderate rate, at which lags are measured too, and the rate of the numbers to hold. */
const MODERATE = 50;
const HIGH = 300;

const SMS_SEND = `mutation ($input: SmsSendInput!) {
  smsSend(input: $input) { sms { id status } replayed userErrors { code message } } }`;

/** Sends a text to somebody new each time; the vendor's callbacks about it are part of the load. */
function sendText({ api, workspace, smsIds }: Bench): Send {
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

/** How long after a fact the audit trail had it, for the newest 500 entries. */
async function trailLagsMs({ workspace }: Bench): Promise<readonly number[]> {
  const lags: number[] = [];
  let after: string | null = null;
  for (let page = 0; page < 5; page += 1) {
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
  return lags;
}

interface AuditPage {
  readonly auditEntries: {
    readonly nodes: readonly { readonly occurredAt: string; readonly recordedAt: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

export const mutations: readonly Measurement[] = [
  {
    title: `smsSend at ${MODERATE}/s, and how fast its events travel`,
    async run(bench) {
      await atConcurrency(4, warmUpSeconds(bench.seconds), sendText(bench));
      await bench.operator.untilQuiet();
      bench.lag.take();
      bench.figures.setRun('mutation.rate50', await atRate(MODERATE, bench.seconds, sendText(bench)));
      await bench.operator.untilQuiet();
      const lags = bench.lag.take();
      bench.figures.set('outbox.lag.p50Ms', percentile(lags, 0.5));
      bench.figures.set('outbox.lag.p99Ms', percentile(lags, 0.99));
      bench.figures.set('outbox.lag.events', lags.length);
      const trail = await trailLagsMs(bench);
      bench.figures.set('audit.lag.p50Ms', percentile(trail, 0.5));
      bench.figures.set('audit.lag.p99Ms', percentile(trail, 0.99));
    },
  },
  {
    title: `smsSend, ${CONCURRENCY} at a time`,
    async run(bench) {
      const result = await atConcurrency(CONCURRENCY, bench.seconds, sendText(bench));
      bench.figures.setRun('mutation.concurrent', result);
    },
  },
  {
    title: `smsSend at ${HIGH}/s`,
    async run(bench) {
      bench.figures.setRun('mutation.rate300', await atRate(HIGH, bench.seconds, sendText(bench)));
    },
  },
];
