import assert from 'node:assert/strict';
import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { RpcClient } from '@switchboard/messaging';
import { AuthService, Mode } from '@switchboard/proto-schemas';
import type { Flow } from '../crash.ts';
import { control, requestsTo } from '../sandbox-control.ts';
import type { Station } from '../station.ts';

const SIGN_UP = `mutation ($input: UserSignUpInput!) {
  userSignUp(input: $input) { user { id } workspace { id } userErrors { code } } }`;
const START = `mutation ($input: ConnectionStartInput!) {
  connectionStart(input: $input) { authorizationUrl userErrors { code } } }`;
const FINISH = `mutation ($input: ConnectionFinishInput!) {
  connectionFinish(input: $input) { connection { id } userErrors { code } } }`;
const STATES = '{ connections { id state } }';

/** Shorter than what auth renews ahead, so that each loan asks the vendor. */
const LIFETIME_SECONDS = 60;

/** How one vendor is connected, borrowed by, and what it makes of a token whose successor got lost. */
interface GrantCase {
  readonly vendor: 'google' | 'zoom';
  readonly purpose: string;
  readonly asker: 'mail' | 'meetings';
  readonly ends: 'CONNECTED' | 'DISCONNECTED';
}

/** One person's account at a vendor, connected by consent. */
export interface GrantRun {
  /** Who it is, once they have signed up. */
  actor: WorkspaceActor;
  readonly email: string;
  connectionId: string;
}

/** A loan that needs the next token: the process dies after the vendor gave it and before it is written. */
function refreshOf({ vendor, purpose, asker, ends }: GrantCase): Flow<GrantRun> {
  const connect = async (station: Station, run: GrantRun): Promise<void> => {
    const { email } = run;
    const person = { email, password: 'correct horse battery staple', name: 'Ana', workspaceName: 'Acme' };
    const signedUp = await station.graphql<{
      userSignUp: { user: { id: string }; workspace: { id: string } };
    }>({ kind: 'anonymous' }, SIGN_UP, { input: person });
    const { user, workspace } = signedUp.data?.userSignUp ?? {};
    assert.ok(user && workspace, JSON.stringify(signedUp));
    run.actor = { ...run.actor, userId: user.id, workspaceId: workspace.id };
    await control(station.sandbox, 'POST', `simulate/${vendor}/lifetime`, { seconds: LIFETIME_SECONDS });
    const input = { vendor: vendor.toUpperCase(), purpose, returnUrl: `${station.url}/back` };
    const started = await station.graphql<{ connectionStart: { authorizationUrl: string } }>(
      run.actor,
      START,
      { input },
    );
    const authorizationUrl = started.data?.connectionStart.authorizationUrl;
    const { redirectUrl } = await control<{ redirectUrl: string }>(
      station.sandbox,
      'POST',
      `simulate/${vendor}/consent`,
      { authorizationUrl, email },
    );
    const answer = new URL(redirectUrl).searchParams;
    const finished = await station.graphql<{ connectionFinish: { connection: { id: string } } }>(
      run.actor,
      FINISH,
      { input: { state: answer.get('state'), code: answer.get('code') } },
    );
    run.connectionId = finished.data?.connectionFinish.connection.id ?? '';
    assert.ok(run.connectionId, JSON.stringify(finished));
  };
  const lend = async (station: Station, { actor, connectionId }: GrantRun): Promise<boolean> => {
    const rpc = new RpcClient(await station.broker.connect(asker));
    const { workspaceId, userId = '' } = actor;
    const loan = { vendor, workspaceId, userId, connectionId, mode: Mode.LIVE };
    return rpc.ask(AuthService.method.lendCredential, loan, { timeoutMs: 6_000 }).then(
      () => true,
      (thrown: unknown) => {
        if (AppError.from(thrown).code !== 'RECONNECT_REQUIRED') throw thrown;
        return false;
      },
    );
  };
  const refreshes = (station: Station): Promise<number> =>
    requestsTo(station.sandbox, vendor, ({ body }) => isRefresh(body));
  return {
    fresh: () => ({
      actor: {
        kind: 'user',
        workspaceId: newId('wsp'),
        userId: newId('usr'),
        sessionId: newId('ses'),
        scopes: [],
        mode: 'live',
      },
      email: `${newId('usr').toLowerCase().replace('_', '-')}@example.com`,
      connectionId: '',
    }),
    async act(station, run) {
      if (run.connectionId === '') await connect(station, run);
      await lend(station, run);
    },
    settled: async () => {},
    async verify(station, run) {
      assert.equal(await lend(station, run), ends === 'CONNECTED');
      const before = await refreshes(station);
      await lend(station, run);
      // One that is over is not asked about again; one that lives is renewed by each loan here.
      assert.equal((await refreshes(station)) - before, ends === 'CONNECTED' ? 1 : 0);
      const seen = await station.graphql<{ connections: { state: string }[] }>(run.actor, STATES);
      assert.deepEqual(
        seen.data?.connections.map(({ state }) => state),
        [ends],
      );
      const revoked = (await station.events()).filter(
        ({ type, bytes }) =>
          type === 'evt.auth.v1.ConnectionRevoked' && Buffer.from(bytes).includes(run.connectionId),
      );
      assert.equal(revoked.length, ends === 'CONNECTED' ? 0 : 1);
    },
  };
}

function isRefresh(body: unknown): boolean {
  return (
    typeof body === 'object' && body !== null && 'grant_type' in body && body.grant_type === 'refresh_token'
  );
}

/** Google takes the refresh token once more: the connection goes on. */
export const googleRefresh = refreshOf({
  vendor: 'google',
  purpose: 'MAIL',
  asker: 'mail',
  ends: 'CONNECTED',
});

/** Zoom replaced the refresh token and forgot the one before: somebody has to connect again, and is told once. */
export const zoomRefresh = refreshOf({
  vendor: 'zoom',
  purpose: 'MEETINGS',
  asker: 'meetings',
  ends: 'DISCONNECTED',
});
