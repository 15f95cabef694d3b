import { fromBinary } from '@bufbuild/protobuf';
import type { WorkspaceActor } from '@switchboard/identity';
import { NotificationChannel, PreferencesChangedSchema } from '@switchboard/proto-schemas';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signUp, startAuth, type TestAuth } from './harness.ts';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

const FIELDS = 'channels quietHours { from to timeZone } aiOptOut';
const read = async (actor: WorkspaceActor) =>
  (await auth.graphql(actor, `{ preferences { ${FIELDS} } }`)).data?.preferences;
const update = (actor: WorkspaceActor, input: object) =>
  auth.mutate(actor, 'preferencesUpdate', { ...input }, `preferences { ${FIELDS} }`);
const NIGHT = { from: '22:00', to: '07:30', timeZone: 'Europe/Zurich' };

it('what nobody said is the default; what is changed is told whole, and what is left out stays', async () => {
  const { actor, user } = await signUp(auth);
  expect(await read(actor)).toEqual({ channels: ['EMAIL', 'PUSH'], quietHours: null, aiOptOut: false });
  await update(actor, { quietHours: NIGHT });
  const { preferences } = await update(actor, { channels: ['SMS', 'SMS'], aiOptOut: true });
  expect(preferences).toEqual({ channels: ['SMS'], quietHours: NIGHT, aiOptOut: true });
  expect(await read(actor)).toEqual(preferences);
  const told = (await auth.events()).filter(({ type }) => type === 'PreferencesChanged');
  expect(fromBinary(PreferencesChangedSchema, told.at(-1)?.payload ?? new Uint8Array())).toMatchObject({
    userId: user.id,
    channels: [NotificationChannel.SMS],
    quietFromMinute: 1_320,
    quietToMinute: 450,
    timeZone: 'Europe/Zurich',
    aiOptOut: true,
  });
  expect((await update(actor, { quietHours: null, channels: [] })).preferences).toEqual({
    channels: [],
    quietHours: null,
    aiOptOut: true,
  });
});

it('parallel changes lose nothing', async () => {
  const { actor } = await signUp(auth);
  await Promise.all([
    update(actor, { aiOptOut: true }),
    update(actor, { quietHours: NIGHT }),
    update(actor, { channels: ['SMS'] }),
  ]);
  expect(await read(actor)).toEqual({ channels: ['SMS'], quietHours: NIGHT, aiOptOut: true });
});

it('a wrong time or zone is told where it stands, and nothing changes', async () => {
  const { actor } = await signUp(auth);
  const wrong = await update(actor, { aiOptOut: true, quietHours: { ...NIGHT, to: '25:00' } });
  expect(wrong.userErrors).toMatchObject([{ code: 'TIME_INVALID', path: ['input', 'quietHours', 'to'] }]);
  const zone = await update(actor, { quietHours: { ...NIGHT, timeZone: 'Mars/Base' } });
  expect(zone.userErrors).toMatchObject([{ code: 'TIME_ZONE_UNKNOWN' }]);
  expect((await read(actor)).aiOptOut).toBe(false);
});

it('belongs to the person in this workspace: a key has none, and another workspace another one', async () => {
  const { actor } = await signUp(auth);
  await update(actor, { aiOptOut: true });
  const key = {
    kind: 'apiKey',
    workspaceId: actor.workspaceId,
    scopes: ['workspace:admin'],
    mode: 'live',
  } as const;
  const asKey = await auth.graphql({ ...key, apiKeyId: 'key_1' }, `{ preferences { ${FIELDS} } }`);
  expect(asKey.errors[0].extensions.code).toBe('FORBIDDEN');
  const other = await signUp(auth);
  expect((await read(other.actor)).aiOptOut).toBe(false);
  const foreign = { ...actor, workspaceId: other.actor.workspaceId };
  expect((await update(foreign, { aiOptOut: true })).errors[0].extensions.code).toBe('NOT_FOUND');
});
