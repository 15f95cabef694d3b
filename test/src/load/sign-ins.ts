import { withCpuCost } from './cpu-cost.ts';
import { atConcurrency, type Send } from './load-loop.ts';
import type { Bench, Measurement } from './measure.ts';

/** Fewer than the attempts on one account that are let through at once. */
const CONCURRENCY = 8;

const SESSION_CREATE = `mutation ($input: SessionCreateInput!) {
  sessionCreate(input: $input) { session { accessToken } userErrors { code } } }`;

/** Signs the owner in with the right password; wrong ones would soon be locked out. */
function signIn({ api, workspace }: Bench): Send {
  return async () => {
    await api.graphql(undefined, SESSION_CREATE, { input: workspace.login });
  };
}

export const signIns: readonly Measurement[] = [
  {
    title: `sign-ins, ${CONCURRENCY} at a time`,
    async run(bench) {
      const run = () => atConcurrency(CONCURRENCY, bench.seconds, signIn(bench));
      bench.figures.setRun('signIn', await withCpuCost(bench, 'signIn', run));
    },
  },
];
