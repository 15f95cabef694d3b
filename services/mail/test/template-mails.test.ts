import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { type Broker, serveRpc } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import {
  DataRequestCompletedSchema,
  DataRequestKind,
  DataRequestOpenedSchema,
  EmailVerificationRequestedSchema,
  type InvitationContextResponse,
  InvitationCreatedSchema,
  InvitationResentSchema,
  MeetingCancelledSchema,
  MeetingCreatedSchema,
  MeetingsService,
  MeetingUpdatedSchema,
  PasswordResetRequestedSchema,
} from '@switchboard/proto-schemas';
import { publishEvent, testActor, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House } from './house.ts';

let house: House;
let auth: Broker;
let meetings: Broker;
const contexts = new Map<string, Partial<InvitationContextResponse>>();

beforeAll(async () => {
  house = await House.start();
  auth = await house.inner.broker.connect('auth');
  meetings = await house.inner.broker.connect('meetings');
  const logger = createLogger('fake-meetings', { level: 'silent' });
  await serveRpc(
    meetings,
    'meetings',
    MeetingsService,
    {
      invitationContext: async ({ meetingId }) => {
        const context = contexts.get(meetingId);
        if (!context) throw new AppError('NOT_FOUND', 'no such meeting');
        return context as InvitationContextResponse;
      },
    },
    logger,
  );
});
afterAll(() => house.stop());

const someone = (name: string): string => `${newId(name).toLowerCase()}@example.com`;
const arrived = (to: string, count = 1) =>
  waitFor(`mail to ${to}`, async () => {
    const mails = await house.control.mailsTo(to);
    return mails.length >= count && mails;
  });

describe('mails about challenges', () => {
  it.each([
    [
      'verification',
      'vfy',
      EmailVerificationRequestedSchema,
      (id: string) => ({ verificationId: id }),
      'Confirm your e-mail address for Switchboard',
    ],
    [
      'password-reset',
      'rst',
      PasswordResetRequestedSchema,
      (id: string) => ({ resetId: id }),
      'Reset your Switchboard password',
    ],
    [
      'invitation',
      'inv',
      InvitationCreatedSchema,
      (id: string) => ({ invitationId: id }),
      "You've been invited to join Acme & Sons on Switchboard",
    ],
    [
      'invitation',
      'inv',
      InvitationResentSchema,
      (id: string) => ({ invitationId: id }),
      "You've been invited to join Acme & Sons on Switchboard",
    ],
  ] as const)(
    '%s: one mail however often the event comes, its link in nobody’s sight',
    async (template, prefix, schema, payload, subject) => {
      const actor = testActor();
      const to = someone('ana');
      const id = newId(prefix);
      const link = house.challenge(id, actor.workspaceId, to, { name: 'Ana' });
      await publishEvent(auth, schema as typeof InvitationCreatedSchema, payload(id) as object, {
        workspaceId: actor.workspaceId,
        copies: 3,
      });
      const [mail] = await arrived(to);
      expect(mail).toMatchObject({ subject, from: { address: 'no-reply@switchboard.test' } });
      expect(mail?.text).toContain('Hi Ana,');
      expect(mail?.text).toContain(link);
      expect(mail?.text).toMatch(/expires in 7 days/);
      expect(mail?.html).toContain(`href="${link}"`);
      const [message] = await waitFor('delivery', async () => {
        const found = await house.list(actor, { template });
        return found[0]?.status === 'DELIVERED' && found;
      });
      expect(message).toMatchObject({ template, subject, status: 'DELIVERED' });
      expect(message?.text).toContain('[link not kept]');
      expect(JSON.stringify(message)).not.toContain('s3cret');
      // Another fact afterwards: what came before it has been handled.
      const last = someone('last');
      house.challenge(`${id}x`, actor.workspaceId, last);
      await publishEvent(auth, schema as typeof InvitationCreatedSchema, payload(`${id}x`) as object, {
        workspaceId: actor.workspaceId,
      });
      const [after] = await arrived(last);
      expect(after?.text).toContain('Hi there,');
      expect(await house.control.mailsTo(to)).toHaveLength(1);
      expect(await tablesHolding('s3cret')).toEqual([]);
    },
  );

  it.each([
    ['erasure-scheduled', DataRequestOpenedSchema, DataRequestKind.ERASURE, DataRequestKind.EXPORT],
    ['copy-ready', DataRequestCompletedSchema, DataRequestKind.EXPORT, DataRequestKind.ERASURE],
  ] as const)(
    '%s: one to who asked, and none for the other kind of request',
    async (template, schema, kind, other) => {
      const actor = testActor();
      const [to, none] = [someone('ana'), someone('none')];
      const [id, otherId] = [newId('dsr'), newId('dsr')];
      const options = { workspaceId: actor.workspaceId };
      house.challenge(id, actor.workspaceId, to, { name: 'Ana' });
      house.challenge(otherId, actor.workspaceId, none);
      const publish = (requestId: string, of: DataRequestKind) =>
        publishEvent(auth, schema as typeof DataRequestOpenedSchema, { requestId, kind: of }, options);
      await publish(otherId, other);
      await publish(id, kind);
      const [mail] = await arrived(to);
      expect(mail?.subject).toContain('the Switchboard workspace Acme & Sons');
      expect(await house.list(actor, { template })).toHaveLength(1);
      expect(await house.control.mailsTo(none)).toEqual([]);
    },
  );

  it('escape what people call themselves', async () => {
    const actor = testActor();
    const to = someone('ana');
    const id = newId('inv');
    house.challenge(id, actor.workspaceId, to, { name: '<b>Ana</b>' });
    await publishEvent(
      auth,
      InvitationCreatedSchema,
      { invitationId: id },
      { workspaceId: actor.workspaceId },
    );
    const [mail] = await arrived(to);
    expect(mail?.html).toContain('&lt;b&gt;Ana&lt;/b&gt;');
    expect(mail?.html).toContain('as admin');
  });

  it('about an invitation whose link is handed over are not sent before it is sent again', async () => {
    const actor = testActor();
    const [to, last] = [someone('ana'), someone('last')];
    const [quiet, id] = [newId('inv'), newId('inv')];
    const options = { workspaceId: actor.workspaceId };
    house.challenge(quiet, actor.workspaceId, to);
    house.challenge(id, actor.workspaceId, last);
    await publishEvent(auth, InvitationCreatedSchema, { invitationId: quiet, handedOver: true }, options);
    await publishEvent(auth, InvitationCreatedSchema, { invitationId: id }, options);
    await arrived(last);
    expect(await house.control.mailsTo(to)).toEqual([]);
    await publishEvent(auth, InvitationResentSchema, { invitationId: quiet }, options);
    expect(await arrived(to)).toHaveLength(1);
  });

  it('of another workspace are not sent', async () => {
    const [to, last] = [someone('ana'), someone('last')];
    const [foreign, id] = [newId('inv'), newId('inv')];
    const actor = testActor();
    house.challenge(foreign, newId('wsp'), to);
    house.challenge(id, actor.workspaceId, last);
    await publishEvent(
      auth,
      InvitationCreatedSchema,
      { invitationId: foreign },
      { workspaceId: actor.workspaceId },
    );
    await publishEvent(
      auth,
      InvitationCreatedSchema,
      { invitationId: id },
      { workspaceId: actor.workspaceId },
    );
    await arrived(last);
    await waitFor('the refusal', async () => (await failedIntents(foreign)) === 1);
    expect(await house.control.mailsTo(to)).toEqual([]);
  });
});

/** Tables of mail that hold a text anywhere. */
async function tablesHolding(text: string): Promise<string[]> {
  const { database } = house.inner.service;
  return database.read({ system: true }, async (em) => {
    const tables = await em.execute<{ name: string }[]>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    const holding: string[] = [];
    for (const { name } of tables) {
      const [row] = await em.execute<{ found: boolean }[]>(
        `select exists (select from "${name}" t where t::text like ?) as found`,
        [`%${text}%`],
      );
      if (row?.found) holding.push(name);
    }
    return holding;
  });
}

async function failedIntents(sourceId: string): Promise<number> {
  const [row] = await house.inner.service.database.read({ system: true }, (em) =>
    em.execute<{ count: number }[]>(
      "select count(*)::int as count from intents where state = 'FAILED' and payload->>'sourceId' = ?",
      [sourceId],
    ),
  );
  return row?.count ?? 0;
}

describe('mails about meetings', () => {
  function meeting(
    workspaceId: string,
    emails: readonly string[],
    more: Partial<InvitationContextResponse> = {},
  ) {
    const meetingId = newId('mtg');
    contexts.set(meetingId, {
      workspaceId,
      title: 'Planning',
      startsAt: timestampFromDate(new Date('2026-11-20T09:30:00Z')),
      durationMinutes: 45,
      timeZone: 'Europe/Zurich',
      joinUrl: 'https://zoom.example.com/j/1?pwd=s3cret',
      organizerName: 'Bo',
      attendees: emails.map((email, n) => ({ email, name: n === 0 ? 'Ana' : '' }) as never),
      sandbox: true,
      cancelled: false,
      ...more,
    });
    return meetingId;
  }

  it('invite each attendee, tell of a change, and of the end', async () => {
    const actor = testActor();
    const [ana, cy] = [someone('ana'), someone('cy')];
    const meetingId = meeting(actor.workspaceId, [ana, cy]);
    await publishEvent(
      meetings,
      MeetingCreatedSchema,
      { meetingId, attendeeCount: 2 },
      { workspaceId: actor.workspaceId, copies: 2 },
    );
    const [[invited], [other]] = [await arrived(ana), await arrived(cy)];
    expect(invited).toMatchObject({ subject: 'Invitation: Planning', to: [{ address: ana }] });
    expect(invited?.text).toContain('Bo invites you to "Planning"');
    expect(invited?.text).toContain('Friday 20 November 2026, 10:30 to 11:15 (Europe/Zurich, GMT+1)');
    expect(invited?.text).toContain('https://zoom.example.com/j/1?pwd=s3cret');
    expect(other?.text).toContain('Hi there,');

    const startsAt = timestampFromDate(new Date('2026-11-20T13:00:00Z'));
    contexts.set(meetingId, { ...contexts.get(meetingId), startsAt });
    await publishEvent(meetings, MeetingUpdatedSchema, { meetingId }, { workspaceId: actor.workspaceId });
    const [updated] = await arrived(ana, 2);
    expect(updated).toMatchObject({ subject: 'Updated: Planning' });
    expect(updated?.text).toContain('14:00 to 14:45');

    contexts.set(meetingId, { ...contexts.get(meetingId), cancelled: true });
    await publishEvent(
      meetings,
      MeetingCancelledSchema,
      { meetingId },
      { workspaceId: actor.workspaceId, copies: 2 },
    );
    const [cancelled] = await arrived(ana, 3);
    expect(cancelled).toMatchObject({ subject: 'Cancelled: Planning' });
    expect(cancelled?.text).not.toContain('zoom');
    await arrived(cy, 3);
    expect(await house.list(actor)).toHaveLength(6);
    expect(JSON.stringify(await house.list(actor))).not.toContain('s3cret');
  });

  it('do not invite to what has been called off, nor for another workspace', async () => {
    const actor = testActor();
    const ana = someone('ana');
    const off = meeting(actor.workspaceId, [ana], { cancelled: true });
    const foreign = meeting(newId('wsp'), [ana]);
    await publishEvent(
      meetings,
      MeetingCreatedSchema,
      { meetingId: off },
      { workspaceId: actor.workspaceId },
    );
    await publishEvent(
      meetings,
      MeetingCreatedSchema,
      { meetingId: foreign },
      { workspaceId: actor.workspaceId },
    );
    await publishEvent(
      meetings,
      MeetingCancelledSchema,
      { meetingId: off },
      { workspaceId: actor.workspaceId },
    );
    const mails = await arrived(ana);
    await waitFor('the refusal', async () => (await failedIntents(foreign)) === 1);
    expect(mails.map(({ subject }) => subject)).toEqual(['Cancelled: Planning']);
  });

  it('to an address that bounced are shown as failed and not sent', async () => {
    const actor = testActor();
    const gone = `${newId('bob').toLowerCase()}@bounce.test`;
    const bounced = await house.sent(actor, { to: [gone] });
    await waitFor('the bounce', async () => (await house.read(actor, bounced.id))?.status === 'BOUNCED');
    await publishEvent(
      meetings,
      MeetingCreatedSchema,
      { meetingId: meeting(actor.workspaceId, [gone]) },
      { workspaceId: actor.workspaceId },
    );
    const [message] = await waitFor('the mail', async () => {
      const found = await house.list(actor, { template: 'meeting-invitation' });
      return found.length > 0 && found;
    });
    expect(message).toMatchObject({ status: 'FAILED', errorCode: 'RECIPIENT_SUPPRESSED' });
  });
});
