import assert from 'node:assert/strict';
import { newId } from '@switchboard/ids';
import type { Flow } from '../crash.ts';

const SIGN_UP = `mutation ($input: UserSignUpInput!) {
  userSignUp(input: $input) { user { id } userErrors { code } } }`;
const SIGN_IN = `mutation ($input: SessionCreateInput!) {
  sessionCreate(input: $input) { user { id } userErrors { code } } }`;

const ANONYMOUS = { kind: 'anonymous' } as const;
const PASSWORD = 'correct horse battery staple';

/** One person who signs up. */
export interface PersonRun {
  readonly email: string;
}

type Answer = Record<string, { user: { id: string } | null; userErrors: { code: string }[] }>;

/** Signing up again with one's own address is refused: then the first time was recorded whole. */
export const userSignUp: Flow<PersonRun> = {
  fresh: () => ({ email: `${newId('usr').toLowerCase().replace('_', '-')}@example.com` }),
  async act(station, { email }) {
    const input = { email, password: PASSWORD, name: 'Ana', workspaceName: 'Acme' };
    const answer = await station.graphql<Answer>(ANONYMOUS, SIGN_UP, { input });
    const payload = answer.data?.userSignUp;
    const isKnown = payload?.userErrors.some(({ code }) => code === 'EMAIL_TAKEN');
    if (!payload?.user && !isKnown) throw new Error(JSON.stringify(answer));
  },
  settled: async () => {},
  async verify(station, { email }) {
    const input = { email, password: PASSWORD };
    const answer = await station.graphql<Answer>(ANONYMOUS, SIGN_IN, { input });
    const userId = answer.data?.sessionCreate?.user?.id;
    assert.ok(userId, JSON.stringify(answer));
    const facts = (await station.events())
      .filter(({ bytes }) => Buffer.from(bytes).includes(userId))
      .map(({ type }) => type.replace('evt.auth.v1.', ''));
    for (const fact of ['UserSignedUp', 'WorkspaceCreated', 'EmailVerificationRequested']) {
      assert.equal(facts.filter((one) => one === fact).length, 1, `${fact} in ${facts.join()}`);
    }
  },
};
