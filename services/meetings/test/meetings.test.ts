import { createHmac } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { RpcClient } from '@switchboard/messaging';
import { ContactsService, MeetingsService } from '@switchboard/proto-schemas';
import { startTestService, type TestService, testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { meetings } from '../src/service.ts';

let house: TestService;
beforeAll(async () => {
  house = await startTestService(meetings);
});
afterAll(() => house.stop());
afterEach(() => house.control.clearFaults());

const FIELDS = `id title status startsAt durationMinutes timeZone joinUrl conference attendees { email name }
  errorCode changePending sandbox`;
const CREATE = `mutation ($input: MeetingCreateInput!) {
  meetingCreate(input: $input) { meeting { ${FIELDS} } replayed userErrors { code message } } }`;
const RESCHEDULE = `mutation ($input: MeetingRescheduleInput!) {
  meetingReschedule(input: $input) { meeting { ${FIELDS} } replayed userErrors { code message } } }`;
const CANCEL = `mutation ($input: MeetingCancelInput!) {
  meetingCancel(input: $input) { meeting { ${FIELDS} } replayed userErrors { code message } } }`;
const READ = `query ($id: ID!) { meeting(id: $id) { ${FIELDS} } }`;

interface Meeting {
  id: string;
  status: string;
  startsAt: string;
  durationMinutes: number;
  joinUrl: string | null;
  errorCode: string | null;
  changePending: boolean;
}
interface Payload {
  meeting: Meeting | null;
  replayed: boolean;
  userErrors: { code: string; message: string }[];
}

/** In Zurich the hour that comes twice, at its second coming. */
const startsAt = '2027-10-31T01:30:00.000Z';
const later = '2027-11-02T09:00:00.000Z';
const time = { startsAt, durationMinutes: 45, timeZone: 'Europe/Zurich' };
const details = {
  title: 'Quarterly review',
  conference: 'ZOOM',
  attendees: [{ email: 'ana@Example.com', name: 'Ana' }, { email: 'bo@example.com' }],
  ...time,
};

async function mutate(actor: WorkspaceActor, query: string, input: object): Promise<Payload> {
  const { data, errors } = await house.graphql<Record<string, Payload>>(actor, query, { input });
  const [payload] = Object.values(data ?? {});
  if (!payload) throw new Error(JSON.stringify(errors));
  return payload;
}

const create = (actor: WorkspaceActor, input: object) => mutate(actor, CREATE, { ...details, ...input });

async function scheduled(actor: WorkspaceActor, idempotencyKey: string): Promise<Meeting> {
  const { meeting, userErrors } = await create(actor, { idempotencyKey });
  expect(userErrors).toEqual([]);
  expect(meeting?.status).toBe('SCHEDULED');
  return meeting as Meeting;
}

async function read(actor: WorkspaceActor, id: string): Promise<Meeting | null | undefined> {
  return (await house.graphql<{ meeting: Meeting | null }>(actor, READ, { id })).data?.meeting;
}

const becomes = (actor: WorkspaceActor, id: string, status: string) =>
  waitFor(status, async () => (await read(actor, id))?.status === status);

/** Zoom's id of a meeting, as in its address. */
const zoomIdOf = ({ joinUrl }: Meeting) => /\/j\/(\d+)/.exec(joinUrl ?? '')?.[1] ?? '';

const madeFor = (id: string) =>
  house.control.effects('zoom', { method: 'POST', path: '/v2/users/me/meetings', body: id });

async function events(id: string): Promise<string[]> {
  const rows = await house.service.database.transaction({ system: true }, ({ em }) =>
    em.execute<{ type: string; payload: Uint8Array }[]>('select type, payload from outbox order by seq'),
  );
  return rows
    .filter(({ payload }) => Buffer.from(payload).includes(id))
    .map(({ type }) => type.split('.').at(-1) ?? '');
}

describe('meetingCreate', () => {
  it('has Zoom make the meeting and invites people to it', async () => {
    const { meeting, replayed } = await create(testActor(), { idempotencyKey: 'one' });
    expect(replayed).toBe(false);
    expect(meeting).toMatchObject({
      status: 'SCHEDULED',
      ...time,
      conference: 'ZOOM',
      attendees: [
        { email: 'ana@example.com', name: 'Ana' },
        { email: 'bo@example.com', name: null },
      ],
      errorCode: null,
      changePending: false,
      sandbox: true,
    });
    expect(meeting?.joinUrl).toContain('/j/');
    expect(await events(meeting?.id ?? '')).toEqual(['MeetingRequested', 'MeetingCreated']);
  });

  it('tells auth when Zoom refuses the credential', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    const secrets = { ...sandboxAccounts.zoom, clientSecret: 'wrong' };
    const connection = house.auth.connect({ vendor: 'zoom', workspaceId, userId: '', secrets });
    const { meeting } = await create(actor, { idempotencyKey: 'refused' });
    await becomes(actor, meeting?.id ?? '', 'FAILED');
    const report = await waitFor('the report', () =>
      house.auth.reports.find(({ connectionId }) => connectionId === connection),
    );
    expect(report).toMatchObject({ succeeded: false, errorCode: 'RECONNECT_REQUIRED' });
  });

  it('has one effect for one key: repeated, and 50 times in parallel', async () => {
    const actor = testActor();
    // The credential is lent once now, so that the 50 only race for the key.
    await create(actor, { idempotencyKey: 'before' });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => create(actor, { idempotencyKey: 'parallel' })),
    );
    const ids = new Set(answers.map(({ meeting }) => meeting?.id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await waitFor('the vendor to be asked', async () => (await madeFor([...ids][0] ?? '')) > 0);
    expect(await madeFor([...ids][0] ?? '')).toBe(1);
    const input = { ...details, idempotencyKey: 'parallel', title: 'Another' };
    const other = await house.graphql(actor, CREATE, { input });
    expect(other.errors?.[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await create(testActor(), { idempotencyKey: 'parallel' })).replayed).toBe(false);
  });

  it('finds the meeting at Zoom when the answer was lost, and makes no second one', async () => {
    const actor = testActor();
    await house.control.fault({
      vendor: 'zoom',
      match: 'POST .*/meetings',
      dropResponseAfterEffect: true,
    });
    const { meeting } = await create(actor, { idempotencyKey: 'lost' });
    const id = meeting?.id ?? '';
    await becomes(actor, id, 'SCHEDULED');
    expect((await read(actor, id))?.joinUrl).toContain('/j/');
    expect(await madeFor(id)).toBe(1);
    expect(await events(id)).toEqual(['MeetingRequested', 'MeetingOutcomeUnknown', 'MeetingCreated']);
  });

  it('leaves open what Zoom did not make, as long as it may still be on its way', async () => {
    const actor = testActor();
    await house.control.fault({
      vendor: 'zoom',
      match: 'POST .*/meetings',
      status: 502,
    });
    const { meeting, userErrors } = await create(actor, { idempotencyKey: 'broken' });
    expect(userErrors).toEqual([]);
    expect(meeting?.status).toBe('OUTCOME_UNKNOWN');
    const input = { ...time, idempotencyKey: 'too-soon', meetingId: meeting?.id };
    const refused = await mutate(actor, RESCHEDULE, input);
    expect(refused.userErrors).toMatchObject([{ code: 'MEETING_OUTCOME_UNKNOWN' }]);
  });

  it('shows a refusal of Zoom on the meeting', async () => {
    await house.control.fault({
      vendor: 'zoom',
      match: 'POST .*/meetings',
      status: 400,
    });
    const { meeting } = await create(testActor(), { idempotencyKey: 'refused' });
    expect(meeting).toMatchObject({ status: 'FAILED', errorCode: '400', joinUrl: null });
    expect(await events(meeting?.id ?? '')).toEqual(['MeetingRequested', 'MeetingFailed']);
  });

  it.each([
    { startsAt: '2020-01-01T00:00:00Z' },
    { durationMinutes: 0 },
    { durationMinutes: 1_441 },
    { timeZone: '+01:00' },
    { timeZone: 'Europe/Nowhere' },
    { title: ' ' },
    { title: 'x'.repeat(201) },
    { title: 'a\u0000b' },
    { attendees: [{ email: 'no address' }] },
    { attendees: [{ email: 'a@example.com' }, { email: 'a@EXAMPLE.com' }] },
    { attendees: Array.from({ length: 101 }, (_, index) => ({ email: `a${index}@example.com` })) },
  ])('refuses %j and keeps nothing', async (fault) => {
    const actor = testActor();
    const input = { ...details, idempotencyKey: 'bad', ...fault };
    const { errors } = await house.graphql(actor, CREATE, { input });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const list = await house.graphql(actor, 'query { meetings { nodes { id } } }');
    expect(list.data).toEqual({ meetings: { nodes: [] } });
  });
});

describe('meetingReschedule', () => {
  it('moves the meeting at Zoom and here, once', async () => {
    const actor = testActor();
    const meeting = await scheduled(actor, 'move');
    const input = {
      idempotencyKey: 'move',
      meetingId: meeting.id,
      ...time,
      startsAt: later,
      durationMinutes: 30,
    };
    const moved = await mutate(actor, RESCHEDULE, input);
    expect(moved).toMatchObject({
      meeting: { status: 'SCHEDULED', startsAt: later, durationMinutes: 30, changePending: false },
      replayed: false,
      userErrors: [],
    });
    expect((await mutate(actor, RESCHEDULE, input)).replayed).toBe(true);
    expect(await house.control.effects('zoom', { method: 'PATCH', path: zoomIdOf(meeting) })).toBe(1);
    expect(await events(meeting.id)).toEqual(['MeetingRequested', 'MeetingCreated', 'MeetingUpdated']);
  });

  it('repeats a move whose answer was lost: the meeting is where it should be', async () => {
    const actor = testActor();
    const meeting = await scheduled(actor, 'lost-move');
    await house.control.fault({
      vendor: 'zoom',
      match: 'PATCH',
      dropResponseAfterEffect: true,
    });
    const input = { idempotencyKey: 'lost-move', meetingId: meeting.id, ...time, startsAt: later };
    const begun = await mutate(actor, RESCHEDULE, input);
    expect(begun.userErrors).toEqual([]);
    await waitFor('the move', async () => (await read(actor, meeting.id))?.startsAt === later);
    expect((await read(actor, meeting.id))?.changePending).toBe(false);
  });

  it('says that Zoom refused it, and leaves the meeting as it was', async () => {
    const actor = testActor();
    const meeting = await scheduled(actor, 'refused-move');
    await house.control.fault({ vendor: 'zoom', match: 'PATCH', status: 400 });
    const input = { idempotencyKey: 'refused-move', meetingId: meeting.id, ...time, startsAt: later };
    const { userErrors } = await mutate(actor, RESCHEDULE, input);
    expect(userErrors).toMatchObject([{ code: 'MEETING_CHANGE_REFUSED' }]);
    expect(await read(actor, meeting.id)).toMatchObject({
      startsAt,
      status: 'SCHEDULED',
      errorCode: 'REJECTED',
      changePending: false,
    });
  });
});

describe('meetingCancel', () => {
  it('deletes the meeting at Zoom, and stays cancelled', async () => {
    const actor = testActor();
    const meeting = await scheduled(actor, 'cancel');
    const input = { idempotencyKey: 'cancel', meetingId: meeting.id };
    expect(await mutate(actor, CANCEL, input)).toMatchObject({
      meeting: { status: 'CANCELLED', changePending: false },
      userErrors: [],
    });
    const again = await mutate(actor, CANCEL, { ...input, idempotencyKey: 'cancel-again' });
    expect(again).toMatchObject({ meeting: { status: 'CANCELLED' }, userErrors: [] });
    expect(await house.control.effects('zoom', { method: 'DELETE', path: zoomIdOf(meeting) })).toBe(1);
    const move = { idempotencyKey: 'after', meetingId: meeting.id, ...time };
    expect((await mutate(actor, RESCHEDULE, move)).userErrors).toMatchObject([{ code: 'MEETING_CANCELLED' }]);
    await waitFor('Zoom’s own report', async () => {
      const callbacks = await house.control.callbacks('zoom');
      return callbacks.some(({ kind }) => kind === 'meeting.deleted');
    });
    expect(await events(meeting.id)).toEqual(['MeetingRequested', 'MeetingCreated', 'MeetingCancelled']);
  });

  it('finds nothing of an unknown id', async () => {
    const input = { idempotencyKey: 'x', meetingId: 'mtg_00000000000000000000000000' };
    const { errors } = await house.graphql(testActor(), CANCEL, { input });
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('Zoom’s callbacks', () => {
  const simulate = (what: string, meeting: Meeting) =>
    house.control.simulate('zoom', what, { meetingId: zoomIdOf(meeting) });

  function post(body: string, { ageS = 0, secret = sandboxAccounts.zoom.webhookSecretToken as string } = {}) {
    const signedAt = String(Math.floor(Date.now() / 1000) - ageS);
    const signature = createHmac('sha256', secret).update(`v0:${signedAt}:${body}`).digest('hex');
    return fetch(`${house.service.url}/webhooks/zoom/platform`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-zm-request-timestamp': signedAt,
        'x-zm-signature': `v0=${signature}`,
      },
      body,
    });
  }

  const report = (event: string, meeting: Meeting, event_ts = Date.now()) =>
    JSON.stringify({ event, payload: { object: { id: zoomIdOf(meeting) } }, event_ts });

  it('start and end the meeting', async () => {
    const actor = testActor();
    const meeting = await scheduled(actor, 'held');
    await simulate('started', meeting);
    await becomes(actor, meeting.id, 'STARTED');
    await simulate('ended', meeting);
    await becomes(actor, meeting.id, 'ENDED');
    expect(await events(meeting.id)).toEqual([
      'MeetingRequested',
      'MeetingCreated',
      'MeetingStarted',
      'MeetingEnded',
    ]);
  });

  it('end the same in any order, repeated', async () => {
    const actor = testActor();
    const meeting = await scheduled(actor, 'order');
    const ended = report('meeting.ended', meeting);
    for (const body of [
      ended,
      ended,
      report('meeting.started', meeting),
      report('meeting.updated', meeting),
      ended,
    ]) {
      expect((await post(body)).status).toBe(204);
    }
    await becomes(actor, meeting.id, 'ENDED');
    expect((await events(meeting.id)).filter((type) => type === 'MeetingEnded')).toHaveLength(1);
  });

  it('that are forged, old or from the future are refused and change nothing', async () => {
    const actor = testActor();
    const meeting = await scheduled(actor, 'forged');
    const body = report('meeting.ended', meeting);
    expect((await post(body, { secret: 'wrong' })).status).toBe(400);
    expect((await post(body, { ageS: 301 })).status).toBe(400);
    expect((await post(body, { ageS: -302 })).status).toBe(400);
    const rows = await house.service.database.transaction({ system: true }, ({ em }) =>
      em.execute<unknown[]>('select id from webhook_deliveries where convert_from(body, ?) = ?', [
        'UTF8',
        body,
      ]),
    );
    expect(rows).toEqual([]);
    expect((await read(actor, meeting.id))?.status).toBe('SCHEDULED');
  });

  it('about a meeting moved at Zoom have it read again; what they claim counts for nothing', async () => {
    const actor = testActor();
    const meeting = await scheduled(actor, 'moved-there');
    expect((await post(report('meeting.updated', meeting))).status).toBe(204);
    const token = await fetch(`${house.sandbox.url}/zoom/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${sandboxAccounts.zoom.clientId}:${sandboxAccounts.zoom.clientSecret}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `grant_type=account_credentials&account_id=${sandboxAccounts.zoom.accountId}`,
    });
    const { access_token } = (await token.json()) as { access_token: string };
    const there = (method: string, body?: object) =>
      fetch(`${house.sandbox.url}/zoom/v2/meetings/${zoomIdOf(meeting)}`, {
        method,
        headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    expect((await there('PATCH', { start_time: '2027-11-02T09:00:00Z' })).status).toBe(204);
    await waitFor('the move', async () => (await read(actor, meeting.id))?.startsAt === later);
    expect((await there('DELETE')).status).toBe(204);
    await becomes(actor, meeting.id, 'CANCELLED');
    expect(await events(meeting.id)).toEqual([
      'MeetingRequested',
      'MeetingCreated',
      'MeetingUpdated',
      'MeetingCancelled',
    ]);
  });
});

describe('lists', () => {
  it('narrow down by status and time', async () => {
    const actor = testActor();
    const first = await scheduled(actor, 'list-1');
    const second = (await create(actor, { idempotencyKey: 'list-2', startsAt: later })).meeting;
    await mutate(actor, CANCEL, { idempotencyKey: 'list-3', meetingId: first.id });
    const LIST = 'query ($filter: MeetingFilter) { meetings(filter: $filter) { nodes { id } } }';
    const list = async (filter: object) =>
      (await house.graphql<{ meetings: { nodes: unknown[] } }>(actor, LIST, { filter })).data?.meetings.nodes;
    expect(await list({})).toEqual([{ id: second?.id }, { id: first.id }]);
    expect(await list({ status: 'CANCELLED' })).toEqual([{ id: first.id }]);
    expect(await list({ startsAfter: later })).toEqual([{ id: second?.id }]);
    expect(await list({ startsBefore: later })).toEqual([{ id: first.id }]);
  });
});

describe('another workspace', () => {
  it('neither sees nor changes a meeting, by query, list, reference or contact', async () => {
    const actor = testActor();
    const { id } = await scheduled(actor, 'mine');
    const ENTITIES = `query ($id: ID!, $representations: [_Any!]!) {
      meeting(id: $id) { title } meetings { nodes { title } }
      _entities(representations: $representations) {
        ... on Meeting { title } ... on ContactPoint { meetings { nodes { title } } } } }`;
    const variables = {
      id,
      representations: [
        { __typename: 'Meeting', id },
        { __typename: 'ContactPoint', address: 'ana@example.com' },
      ],
    };
    const { title } = details;
    expect((await house.graphql(actor, ENTITIES, variables)).data).toEqual({
      meeting: { title },
      meetings: { nodes: [{ title }] },
      _entities: [{ title }, { meetings: { nodes: [{ title }] } }],
    });
    const REFERENCE = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on Meeting { title } } }`;
    const unscoped = await house.graphql({ ...actor, scopes: ['mail:read'] }, REFERENCE, {
      representations: [{ __typename: 'Meeting', id }],
    });
    expect(unscoped.data).toEqual({ _entities: [null] });
    const stranger = testActor();
    expect((await house.graphql(stranger, ENTITIES, variables)).data).toEqual({
      meeting: null,
      meetings: { nodes: [] },
      _entities: [null, { meetings: { nodes: [] } }],
    });
    const input = { idempotencyKey: 'theirs', meetingId: id };
    const refused = await house.graphql(stranger, CANCEL, { input });
    expect(refused.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('the context of an invitation', () => {
  it('is given to mail and to nobody else', async () => {
    const { id } = await scheduled(testActor(), 'invited');
    const mail = new RpcClient(await house.broker.connect('mail'));
    const context = await mail.ask(MeetingsService.method.invitationContext, { meetingId: id });
    expect(context).toMatchObject({ title: details.title, timeZone: 'Europe/Zurich', cancelled: false });
    expect(context.attendees).toMatchObject([
      { email: 'ana@example.com', name: 'Ana' },
      { email: 'bo@example.com', name: '' },
    ]);
    const billing = new RpcClient(await house.broker.connect('billing'));
    const refused = await billing
      .ask(MeetingsService.method.invitationContext, { meetingId: id })
      .catch((thrown) => AppError.from(thrown).code);
    expect(refused).toBe('FORBIDDEN');
  });
});

describe('the ids behind an address', () => {
  it('are given to audit and to nobody else, within the workspace', async () => {
    const actor = testActor();
    const { id } = await scheduled(actor, 'contact');
    const audit = new RpcClient(await house.broker.connect('audit'));
    const { resourceIds } = ContactsService.method;
    const idsOf = async (workspaceId: string, address: string) =>
      (await audit.ask(resourceIds, { workspaceId, address, limit: 10 }, { owner: 'meetings' })).ids;
    expect(await idsOf(actor.workspaceId, 'ana@example.com')).toEqual([id]);
    expect(await idsOf(actor.workspaceId, 'somebody@example.com')).toEqual([]);
    expect(await idsOf(testActor().workspaceId, 'ana@example.com')).toEqual([]);
    const mail = new RpcClient(await house.broker.connect('mail'));
    const refused = await mail
      .ask(resourceIds, { workspaceId: actor.workspaceId, address: 'x' }, { owner: 'meetings' })
      .catch((thrown) => AppError.from(thrown).code);
    expect(refused).toBe('FORBIDDEN');
  });
});
