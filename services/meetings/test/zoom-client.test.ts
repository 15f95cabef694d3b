import { AppError } from '@switchboard/errors';
import { Secret } from '@switchboard/observability';
import type { Credential, ProviderCall } from '@switchboard/providers';
import { freePort, SandboxControl } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { sandboxAccounts, zoomOauthAccount } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConferenceHost } from '../src/providers/meeting-provider.ts';
import { ZoomClient } from '../src/providers/zoom/zoom.client.ts';
import { zoomProvider } from '../src/providers/zoom/zoom.provider.ts';
import { ZoomTokens } from '../src/providers/zoom/zoom.tokens.ts';

const wanted = {
  title: 'Talk',
  startsAt: new Date('2027-10-31T01:30:00Z'),
  durationMinutes: 45,
  timeZone: 'Europe/Zurich',
};

let sandbox: Sandbox;
let control: SandboxControl;
let now: number;
let zoom: ConferenceHost;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, smtpPort: 0, publicUrl: `http://127.0.0.1:${await freePort()}` });
  control = new SandboxControl(sandbox.url);
});
afterAll(() => sandbox.close());
beforeEach(() => {
  now = Date.now();
  zoom = zoomProvider(new ZoomClient(new ZoomTokens(() => now))).conferences as ConferenceHost;
});
afterEach(() => control.reset());

function call(secrets: Partial<Record<string, string>> = {}): ProviderCall {
  const all = { ...sandboxAccounts.zoom, ...secrets };
  const credential: Credential = {
    connectionId: 'con_1',
    owner: 'PLATFORM',
    workspaceId: undefined,
    userId: undefined,
    sandbox: true,
    baseUrl: `${sandbox.url}/zoom`,
    secrets: Object.fromEntries(
      Object.entries(all).map(([name, value]) => [name, new Secret(String(value))]),
    ),
  };
  return { credential, idempotencyKey: 'int_1', signal: AbortSignal.timeout(10_000) };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (thrown) => AppError.from(thrown).code,
  );
}

const tokens = () => control.effects('zoom', { method: 'POST', path: '/oauth/token' });

describe('tokens', () => {
  it('are fetched once for 20 parallel calls', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const made = await zoom.create({ ...wanted, meetingId: `mtg_${index}` }, call());
        return made.providerMeetingId;
      }),
    );
    expect(new Set(ids).size).toBe(20);
    expect(await tokens()).toBe(1);
  });

  it('are renewed before they expire, and by one caller for all', async () => {
    await zoom.findOurs('mtg_1', call());
    now += 50 * 60_000;
    await zoom.findOurs('mtg_1', call());
    expect(await tokens()).toBe(1);
    now += 6 * 60_000;
    await Promise.all(Array.from({ length: 10 }, () => zoom.findOurs('mtg_1', call())));
    expect(await tokens()).toBe(2);
  });

  it('are renewed once when Zoom refuses one, and what acts is done once', async () => {
    await zoom.findOurs('mtg_1', call());
    await control.fault({ vendor: 'zoom', match: 'POST .*/meetings', status: 401 });
    const made = await zoom.create({ ...wanted, meetingId: 'mtg_1' }, call());
    expect(made.providerMeetingId).toMatch(/^\d{10,11}$/);
    expect(await tokens()).toBe(2);
  });

  it('refused twice mean that the connection has to be made anew', async () => {
    await control.fault({ vendor: 'zoom', match: '/v2/', status: 401, times: 2 });
    expect(await codeOf(zoom.findOurs('mtg_1', call()))).toBe('RECONNECT_REQUIRED');
  });

  it('are not given for a wrong secret, and one wrong secret is not remembered for the right one', async () => {
    expect(await codeOf(zoom.findOurs('mtg_1', call({ clientSecret: 'wrong' })))).toBe('RECONNECT_REQUIRED');
    expect(await codeOf(zoom.findOurs('mtg_1', call()))).toBe('done');
  });

  it('that could not be fetched are fetched again', async () => {
    await control.fault({ vendor: 'zoom', match: '/oauth/token', status: 503 });
    expect(await codeOf(zoom.create({ ...wanted, meetingId: 'mtg_1' }, call()))).toBe('UNAVAILABLE');
    expect(await codeOf(zoom.findOurs('mtg_1', call()))).toBe('done');
  });
});

describe('a conference', () => {
  it('starts at the moment asked for, in the hour that comes twice', async () => {
    const made = await zoom.create({ ...wanted, meetingId: 'mtg_1' }, call());
    expect(made).toMatchObject({ startsAt: wanted.startsAt, durationMinutes: 45, timeZone: 'Europe/Zurich' });
    expect(await zoom.find(made.providerMeetingId, call())).toMatchObject({ startsAt: wanted.startsAt });
    const startsAt = new Date('2027-10-31T00:30:00Z');
    await zoom.move(made.providerMeetingId, { ...wanted, startsAt }, call());
    expect(await zoom.find(made.providerMeetingId, call())).toMatchObject({ startsAt });
  });

  it('is found by our id, and gone once deleted, however often', async () => {
    const made = await zoom.create({ ...wanted, meetingId: 'mtg_1' }, call());
    await zoom.create({ ...wanted, meetingId: 'mtg_10' }, call());
    expect((await zoom.findOurs('mtg_1', call()))?.providerMeetingId).toBe(made.providerMeetingId);
    await zoom.remove(made.providerMeetingId, call());
    await zoom.remove(made.providerMeetingId, call());
    expect(await zoom.find(made.providerMeetingId, call())).toBeUndefined();
    expect(await zoom.findOurs('mtg_1', call())).toBeUndefined();
    expect(await codeOf(zoom.move(made.providerMeetingId, wanted, call()))).toBe('NOT_FOUND');
  });

  it('may have been made when the answer is lost; what only reads may be asked again', async () => {
    const lose = { vendor: 'zoom', match: '/v2/', dropResponseAfterEffect: true } as const;
    await control.fault(lose);
    expect(await codeOf(zoom.create({ ...wanted, meetingId: 'mtg_1' }, call()))).toBe('OUTCOME_UNKNOWN');
    await control.fault(lose);
    expect(await codeOf(zoom.findOurs('mtg_1', call()))).toBe('UNAVAILABLE');
    expect(await zoom.findOurs('mtg_1', call())).toBeDefined();
  });

  it('is refused with a reason', async () => {
    const refused = zoom.create({ ...wanted, title: 'x'.repeat(300), meetingId: 'mtg_1' }, call());
    expect(await codeOf(refused)).toBe('REJECTED');
  });
});

describe('an account that a person connected', () => {
  /** As auth does it: consent, code, token. */
  async function token(): Promise<string> {
    const { clientId, clientSecret } = zoomOauthAccount;
    const redirectUri = `${sandbox.url}/back`;
    await control.simulate('zoom', 'redirect-uri', { account: 'platform', redirectUri });
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
    });
    const { redirectUrl } = (await control.simulate('zoom', 'consent', {
      authorizationUrl: `${sandbox.url}/zoom/oauth/authorize?${query}`,
      email: 'ana@example.com',
    })) as { redirectUrl: string };
    const response = await fetch(`${sandbox.url}/zoom/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: new URL(redirectUrl).searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        client_id: clientId,
        client_secret: clientSecret,
      }).toString(),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }
  const lent = (accessToken: string): ProviderCall => {
    const { credential, ...rest } = call();
    return { ...rest, credential: { ...credential, secrets: { accessToken: new Secret(accessToken) } } };
  };

  it('is used by the lent token, and a refused one is auth’s to replace', async () => {
    const accessToken = await token();
    const meeting = await zoom.create({ ...wanted, meetingId: 'mtg_1' }, lent(accessToken));
    expect(meeting.providerMeetingId).toMatch(/^\d+$/);
    const before = await tokens();
    await control.simulate('zoom', 'expire', { email: 'ana@example.com' });
    expect(await codeOf(zoom.create({ ...wanted, meetingId: 'mtg_2' }, lent(accessToken)))).toBe(
      'RECONNECT_REQUIRED',
    );
    expect(await tokens()).toBe(before);
  });
});
