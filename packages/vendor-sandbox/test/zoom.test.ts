import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zoomAccount } from '../src/accounts.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { encryptedToken, zoomSignature } from '../src/zoom/signature.ts';
import { control } from './control.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

let sandbox: Sandbox;
let receiver: Receiver;
let token: string;

/** An endpoint that knows the secret, and one that does not. */
const answer = (received: Received): string => {
  const { event, payload } = JSON.parse(received.body) as { event: string; payload: { plainToken: string } };
  if (event !== 'endpoint.url_validation') return '';
  const secret = received.path.endsWith('wrong') ? 'wrong' : zoomAccount.webhookSecretToken;
  return JSON.stringify({
    plainToken: payload.plainToken,
    encryptedToken: encryptedToken(secret, payload.plainToken),
  });
};

beforeEach(async () => {
  receiver = await startReceiver(answer);
  sandbox = await startSandbox({
    publicUrl: receiver.url,
    stepDelayMs: 2,
    callbackRetryMs: [5],
    zoomMeetingWritesPerDay: 8,
  });
  const granted = await oauth(zoomAccount);
  token = ((await granted.json()) as { access_token: string }).access_token;
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const oauth = ({
  clientId,
  clientSecret,
  accountId,
}: Record<'clientId' | 'clientSecret' | 'accountId', string>) =>
  fetch(`${sandbox.url}/zoom/oauth/token?grant_type=account_credentials&account_id=${accountId}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
  });

type Json = Record<string, unknown>;

async function zoom(method: string, path: string, body?: unknown, bearer = token) {
  const response = await fetch(`${sandbox.url}/zoom/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Json,
  };
}

const meeting = {
  topic: 'Review',
  type: 2,
  start_time: '2030-03-01T09:00:00',
  timezone: 'Europe/Berlin',
  duration: 30,
};
const eventOf = ({ body }: Received) =>
  JSON.parse(body) as { event: string; payload: { object: Json; account_id: string; old_object?: Json } };
const waitForEvent = async (name: string) => {
  const [found] = await receiver.waitFor(1, (received) => eventOf(received).event === name);
  if (!found) throw new Error(`no ${name}`);
  return eventOf(found);
};

describe('tokens', () => {
  it('are granted to the account of the application', async () => {
    expect(await (await oauth(zoomAccount)).json()).toMatchObject({
      token_type: 'bearer',
      expires_in: 3_599,
    });
    const refused = await oauth({ ...zoomAccount, clientSecret: 'wrong' });
    expect([refused.status, await refused.json()]).toMatchObject([401, { error: 'invalid_client' }]);
    expect((await oauth({ ...zoomAccount, accountId: 'other' })).status).toBe(400);
    expect(await zoom('GET', '/users/me', undefined, 'wrong')).toMatchObject({
      status: 401,
      body: { code: 124 },
    });
    expect((await zoom('GET', '/users/me')).body).toMatchObject({
      account_id: zoomAccount.accountId,
      status: 'active',
    });
  });
});

describe('meetings', () => {
  it('are created, changed and deleted, with signed events', async () => {
    const created = await zoom('POST', '/users/me/meetings', meeting);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ topic: 'Review', start_time: '2030-03-01T08:00:00Z', duration: 30 });
    const id = created.body.id as number;
    expect(id).toBeGreaterThan(2 ** 32);
    expect(String(created.body.join_url)).toContain(`${sandbox.url.split(':').at(-1)}/zoom/j/${id}`);

    expect((await zoom('PATCH', `/meetings/${id}`, { topic: 'Retro', duration: 45 })).status).toBe(204);
    expect((await zoom('GET', `/meetings/${id}`)).body).toMatchObject({ topic: 'Retro', duration: 45 });
    expect((await zoom('DELETE', `/meetings/${id}`)).status).toBe(204);
    expect(await zoom('GET', `/meetings/${id}`)).toMatchObject({ status: 404, body: { code: 3001 } });

    expect((await waitForEvent('meeting.created')).payload).toMatchObject({
      account_id: zoomAccount.accountId,
      object: { id },
    });
    expect((await waitForEvent('meeting.updated')).payload).toMatchObject({
      object: { topic: 'Retro', duration: 45 },
      old_object: { topic: 'Review', duration: 30 },
    });
    await waitForEvent('meeting.deleted');
    for (const { path, headers, body } of receiver.received) {
      expect(path).toBe('/webhooks/zoom/sandbox');
      expect(headers['x-zm-signature']).toBe(
        zoomSignature(zoomAccount.webhookSecretToken, String(headers['x-zm-request-timestamp']), body),
      );
    }
    expect(
      receiver.received.filter((received) => eventOf(received).event === 'endpoint.url_validation'),
    ).toHaveLength(1);
  });

  it.each([
    ['a long topic', { topic: 'x'.repeat(201) }, 'topic'],
    ['a bad time', { start_time: 'tomorrow' }, 'start_time'],
    ['a bad zone', { timezone: 'Mars/Olympus' }, 'timezone'],
    ['no duration', { duration: 0 }, 'duration'],
    ['a series without rule', { type: 8 }, 'recurrence'],
    [
      'two ends',
      { type: 8, recurrence: { type: 1, end_times: 2, end_date_time: '2031-01-01T00:00:00Z' } },
      'recurrence.end_times',
    ],
  ])('refuses %s with 300', async (_name, fields, field) => {
    const { status, body } = await zoom('POST', '/users/me/meetings', { ...meeting, ...fields });
    expect([status, body.code]).toEqual([400, 300]);
    expect((body.errors as { field: string }[]).map((error) => error.field)).toContain(field);
  });

  it('knows occurrences of a series, and deletes one', async () => {
    const recurrence = { type: 2, weekly_days: '6', end_times: 3 };
    const { body } = await zoom('POST', '/users/me/meetings', { ...meeting, type: 8, recurrence });
    const occurrences = body.occurrences as { occurrence_id: string }[];
    expect(occurrences).toHaveLength(3);
    const path = `/meetings/${body.id}?occurrence_id=${occurrences[1]?.occurrence_id}`;
    expect((await zoom('DELETE', path)).status).toBe(204);
    expect((await zoom('DELETE', path)).status).toBe(400);
    const { body: after } = await zoom('GET', `/meetings/${body.id}`);
    expect((after.occurrences as { status: string }[]).map(({ status }) => status)).toEqual([
      'available',
      'deleted',
      'available',
    ]);
  });

  it('come page by page', async () => {
    for (let index = 0; index < 3; index += 1) await zoom('POST', '/users/me/meetings', meeting);
    const first = await zoom('GET', '/users/me/meetings?page_size=2');
    expect(first.body).toMatchObject({ total_records: 3, page_size: 2 });
    const second = await zoom(
      'GET',
      `/users/me/meetings?page_size=2&next_page_token=${first.body.next_page_token}`,
    );
    expect(second.body.meetings).toHaveLength(1);
    expect(second.body.next_page_token).toBe('');
    expect((await zoom('GET', '/users/me/meetings?next_page_token=wrong')).body.code).toBe(300);
  });

  it('are limited per day, and per second when told', async () => {
    for (let index = 0; index < 8; index += 1) await zoom('POST', '/users/me/meetings', meeting);
    const refused = await zoom('POST', '/users/me/meetings', meeting);
    expect([refused.status, refused.body.code]).toEqual([429, 429]);
    expect(refused.headers.get('retry-after')).toMatch(/^\d{4}-\d{2}-\d{2}T00:00:00Z$/);
    await control(sandbox.url, 'POST', '/faults', { vendor: 'zoom', status: 429 });
    const limited = await zoom('GET', '/users/me/meetings');
    expect([limited.status, limited.headers.get('x-ratelimit-type')]).toEqual([429, 'Per-second-limit']);
  });

  it('start and end when simulated', async () => {
    const { body } = await zoom('POST', '/users/me/meetings', meeting);
    await control(sandbox.url, 'POST', '/simulate/zoom/started', { meetingId: body.id });
    expect((await waitForEvent('meeting.started')).payload.object.id).toBe(String(body.id));
    expect((await zoom('DELETE', `/meetings/${body.id}`)).body.code).toBe(3002);
    await control(sandbox.url, 'POST', '/simulate/zoom/participant-joined', {
      meetingId: body.id,
      name: 'Jane',
    });
    await waitForEvent('meeting.participant_joined');
    await control(sandbox.url, 'POST', '/simulate/zoom/ended', { meetingId: String(body.id) });
    await waitForEvent('meeting.ended');
    expect(await (await fetch(String(body.join_url))).text()).toContain('Review');
  });
});

describe('endpoints', () => {
  it('must prove that they know the secret', async () => {
    await control(sandbox.url, 'POST', '/webhooks', { vendor: 'zoom', url: `${receiver.url}/wrong` }, 422);
    const registered = await control(sandbox.url, 'POST', '/webhooks', {
      vendor: 'zoom',
      url: `${receiver.url}/new`,
    });
    expect(registered).toMatchObject({ secret: { webhookSecretToken: zoomAccount.webhookSecretToken } });
    await zoom('POST', '/users/me/meetings', meeting);
    await receiver.waitFor(
      1,
      (received) => received.path === '/new' && eventOf(received).event === 'meeting.created',
    );
  });
});
