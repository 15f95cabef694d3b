import { withCpuCost } from './cpu-cost.ts';
import { atConcurrency, type Send } from './load-loop.ts';
import { type Bench, type Measurement, warmUpSeconds } from './measure.ts';

const CONCURRENCY = 20;

/** Everything that happened with the customer, from five services, with the causes of what audit knows. */
const OVERVIEW = `query ($email: String!, $phone: String!) {
  byMail: contactPoint(address: $email) {
    mailMessages { nodes { id subject status } }
    payments { nodes { id status amount { amountMinor currency } } }
    meetings { nodes { id title status startsAt } }
    auditEntries(first: 10) { nodes { id type occurredAt causes { id type operation } } } }
  byPhone: contactPoint(address: $phone) { smsMessages { nodes { id status body } } } }`;

function askOverview({ api, workspace }: Bench): Send {
  const { email, phone } = workspace.customer;
  return async () => {
    await api.graphql(workspace.credential, OVERVIEW, { email, phone });
  };
}

export const queries: readonly Measurement[] = [
  {
    title: `nested query over five services, ${CONCURRENCY} at a time`,
    async run(bench) {
      const ask = askOverview(bench);
      await atConcurrency(CONCURRENCY, warmUpSeconds(bench.seconds), ask);
      const run = () => atConcurrency(CONCURRENCY, bench.seconds, ask);
      bench.figures.setRun('query.nested', await withCpuCost(bench, 'query', run));
      bench.figures.setRun('query.nestedAlone', await atConcurrency(1, Math.min(3, bench.seconds), ask));
    },
  },
];
