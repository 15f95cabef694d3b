import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { RpcClient } from '@switchboard/messaging';
import { ContactsService } from '@switchboard/proto-schemas';
import { testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await House.start();
});
afterAll(() => house.stop());
afterEach(() => house.control.clearFaults());

const someone = (): string => `${newId('ana').toLowerCase()}@example.com`;

function becomes(actor: ReturnType<typeof testActor>, id: string, status: string) {
  return waitFor(status, async () => {
    const message = await house.read(actor, id);
    return message?.status === status && message;
  });
}

/** Waits until nothing more will be done about sending a mail. */
function intentEnded(messageId: string, ended: string) {
  return waitFor(`the intent to end ${ended}`, async () => {
    const [row] = await house.inner.service.database.read({ system: true }, (em) =>
      em.execute<{ state: string }[]>("select state from intents where payload->>'messageId' = ?", [
        messageId,
      ]),
    );
    return row?.state === ended;
  });
}

describe('mailSend through SendGrid', () => {
  it('ends DELIVERED by signed events, with its history', async () => {
    const actor = testActor();
    const to = someone();
    const sent = await house.sent(actor, { to: [to], text: 'Hi', html: '<p>Hi</p>' });
    expect(sent).toMatchObject({ provider: 'sendgrid', sandbox: true });
    const { timeline, recipients } = await becomes(actor, sent.id, 'DELIVERED');
    expect(timeline.map(({ kind }) => kind)).toEqual(['QUEUED', 'SENT', 'PROCESSED', 'DELIVERED']);
    expect(recipients).toEqual([{ address: to, status: 'DELIVERED' }]);
    const [mail] = await house.control.mailsTo(to);
    expect(mail).toMatchObject({
      via: 'sendgrid',
      from: { address: 'no-reply@switchboard.test' },
      text: 'Hi',
      html: '<p>Hi</p>',
      headers: { 'Message-ID': `<${sent.id}@switchboard.test>` },
    });
  });

  it('tells auth how the vendor took the credential', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    const { sendgrid } = sandboxAccounts;
    const { auth } = house.inner;
    const told = (id: string) =>
      waitFor('the report', () => auth.reports.find(({ connectionId }) => connectionId === id));
    const wrong = auth.connect({
      vendor: 'sendgrid',
      workspaceId,
      userId: '',
      secrets: { ...sendgrid, apiKey: 'SG.wrong' },
    });
    const sent = await house.sent(actor, { to: [someone()], accountId: wrong });
    await becomes(actor, sent.id, 'FAILED');
    expect(await told(wrong)).toMatchObject({ succeeded: false, errorCode: 'RECONNECT_REQUIRED' });
    const right = auth.connect({ vendor: 'sendgrid', workspaceId, userId: '', secrets: { ...sendgrid } });
    await house.sent(actor, { to: [someone()], accountId: right });
    expect(await told(right)).toMatchObject({ succeeded: true });
  });

  it('has one effect for one key: repeated, and 50 times in parallel', async () => {
    const actor = testActor();
    const to = someone();
    const input = { idempotencyKey: 'parallel', to: [to] };
    const answers = await Promise.all(Array.from({ length: 50 }, () => house.send(actor, input)));
    expect(new Set(answers.map(({ data }) => data?.mailSend.message?.id)).size).toBe(1);
    expect(answers.filter(({ data }) => data?.mailSend.replayed === false)).toHaveLength(1);
    await becomes(actor, answers[0]?.data?.mailSend.message?.id ?? '', 'DELIVERED');
    expect(await house.control.mailsTo(to)).toHaveLength(1);
    const other = await house.send(actor, { ...input, subject: 'Other' });
    expect(other.errors?.[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const neighbour = await house.send(testActor(), input);
    expect(neighbour.data?.mailSend).toMatchObject({ replayed: false, userErrors: [] });
  });

  it('never sends twice when the answer is lost: events tell later', async () => {
    const actor = testActor();
    const to = someone();
    await house.control.fault({
      vendor: 'sendgrid',
      match: 'POST .*/mail/send',
      dropResponseAfterEffect: true,
    });
    const sent = await house.sent(actor, { to: [to] });
    await becomes(actor, sent.id, 'DELIVERED');
    await intentEnded(sent.id, 'UNKNOWN');
    expect(await house.control.mailsTo(to)).toHaveLength(1);
  });

  it('waits when the vendor asks to, and sends then', async () => {
    const actor = testActor();
    const to = someone();
    await house.control.fault({ vendor: 'sendgrid', match: 'POST .*/mail/send', status: 429 });
    const sent = await house.sent(actor, { to: [to] });
    expect(sent.status).toBe('PENDING');
    await becomes(actor, sent.id, 'DELIVERED');
    expect(await house.control.mailsTo(to)).toHaveLength(1);
  });

  it('shows a refusal of the vendor on the mail, and reports a refused credential', async () => {
    const actor = testActor();
    const connectionId = house.inner.auth.connect({
      vendor: 'sendgrid',
      workspaceId: actor.workspaceId,
      userId: '',
      secrets: { ...sandboxAccounts.sendgrid, apiKey: 'SG.wrong.key' },
    });
    const sent = await house.sent(actor, { to: [someone()], accountId: connectionId });
    expect(await becomes(actor, sent.id, 'FAILED')).toMatchObject({ errorCode: '401' });
    await waitFor('the report', () =>
      house.inner.auth.reports.some((report) => report.connectionId === connectionId && !report.succeeded),
    );
  });
});

describe('what becomes of a mail', () => {
  it('ends the same in any order of events, repeated', async () => {
    const actor = testActor();
    await house.control.fault({
      vendor: 'sendgrid',
      duplicateCallbacks: 3,
      shuffleCallbacks: true,
      times: 20,
    });
    const sent = await house.sent(actor, { to: [someone()] });
    const { timeline } = await becomes(actor, sent.id, 'DELIVERED');
    expect(timeline.filter(({ kind }) => kind === 'DELIVERED')).toHaveLength(1);
  });

  it('puts hard bounces on the suppression list of the workspace', async () => {
    const actor = testActor();
    const to = `${newId('bob').toLowerCase()}@bounce.test`;
    const sent = await house.sent(actor, { to: [to] });
    const bounced = await becomes(actor, sent.id, 'BOUNCED');
    expect(bounced).toMatchObject({ errorCode: '5.1.1' });
    const again = await house.send(actor, { to: [to.toUpperCase()] });
    expect(again.data?.mailSend).toMatchObject({
      message: null,
      userErrors: [{ code: 'RECIPIENT_SUPPRESSED' }],
    });
    const neighbour = await house.send(testActor(), { to: [to] });
    expect(neighbour.data?.mailSend.userErrors).toEqual([]);
  });

  it('keeps what readers do apart from the status, and hides what links carry', async () => {
    const actor = testActor();
    const to = someone();
    const sent = await house.sent(actor, { to: [to] });
    await becomes(actor, sent.id, 'DELIVERED');
    const event = (details: object) => house.control.simulate('sendgrid', 'event', { email: to, ...details });
    await event({ event: 'open' });
    await event({ event: 'click', url: 'https://example.com/page?token=s3cret' });
    const read = await waitFor('both', async () => {
      const message = await house.read(actor, sent.id);
      return message?.timeline.some(({ kind }) => kind === 'CLICKED') && message;
    });
    expect(read.status).toBe('DELIVERED');
    expect(read.timeline.map(({ kind }) => kind)).toContain('OPENED');
    expect(read.timeline.find(({ kind }) => kind === 'CLICKED')?.detail).toBe(
      `${to}: https://example.com/page`,
    );
    await event({ event: 'spamreport' });
    await becomes(actor, sent.id, 'COMPLAINED');
  });
});

describe('mailSend through SMTP', () => {
  const connect = (workspaceId: string, secrets: Record<string, string> = {}) =>
    house.inner.auth.connect({
      vendor: 'smtp',
      workspaceId,
      userId: '',
      secrets: { ...sandboxAccounts.smtp, ...secrets },
    });

  it('is the default where a narrower connection than the platform’s exists', async () => {
    const actor = testActor();
    connect(actor.workspaceId, { fromAddress: 'office@acme.example' });
    const [to, cc, bcc] = [someone(), someone(), someone()];
    const sent = await house.sent(actor, { to: [to], cc: [cc], bcc: [bcc], html: '<p>Hi</p>' });
    expect(sent.provider).toBe('smtp');
    await becomes(actor, sent.id, 'SENT');
    const [mail] = await house.control.mailsTo(bcc);
    expect(mail).toMatchObject({
      via: 'smtp',
      from: { address: 'office@acme.example' },
      to: [{ address: to }],
      cc: [{ address: cc }],
      bcc: [{ address: bcc }],
      headers: { 'message-id': `<${sent.id}@acme.example>` },
    });
  });

  it('tries again when the server refuses before the mail, and never after it', async () => {
    const actor = testActor();
    connect(actor.workspaceId);
    const to = someone();
    await house.control.fault({ vendor: 'smtp', match: '^MAIL', status: 451 });
    const early = await house.sent(actor, { to: [to] });
    expect(early.status).toBe('PENDING');
    await becomes(actor, early.id, 'SENT');
    await house.control.fault({ vendor: 'smtp', match: '^DATA', dropResponseAfterEffect: true });
    const lost = await house.sent(actor, { to: [to] });
    await becomes(actor, lost.id, 'OUTCOME_UNKNOWN');
    expect(await house.control.mailsTo(to)).toHaveLength(2);
  });

  it('tells recipients that were refused from those that were taken', async () => {
    const actor = testActor();
    connect(actor.workspaceId);
    const [to, gone] = [someone(), `${newId('bob').toLowerCase()}@bounce.test`];
    const { id } = await house.sent(actor, { to: [to, gone] });
    const sent = await becomes(actor, id, 'BOUNCED');
    expect(sent.errorCode).toBe('5.1.1');
    expect(sent.recipients).toEqual([
      { address: to, status: 'SENT' },
      { address: gone, status: 'BOUNCED' },
    ]);
    const nobody = await house.sent(actor, { to: [`x${gone}`] });
    await becomes(actor, nobody.id, 'BOUNCED');
    const again = await house.send(actor, { to: [gone] });
    expect(again.data?.mailSend.userErrors).toMatchObject([{ code: 'RECIPIENT_SUPPRESSED' }]);
  });

  it('asks to reconnect when the password is refused', async () => {
    const actor = testActor();
    const connectionId = connect(actor.workspaceId, { password: 'wrong' });
    const sent = await house.sent(actor, { to: [someone()] });
    expect(await becomes(actor, sent.id, 'FAILED')).toMatchObject({ errorCode: '535' });
    await waitFor('the report', () =>
      house.inner.auth.reports.some(
        (report) => report.connectionId === connectionId && report.errorCode === 'RECONNECT_REQUIRED',
      ),
    );
  });
});

describe('a reply', () => {
  it.each(['sendgrid', 'smtp'])('stands in the thread of the mail it answers, by %s', async (vendor) => {
    const actor = testActor();
    const secrets = sandboxAccounts[vendor as 'smtp' | 'sendgrid'];
    house.inner.auth.connect({ vendor, workspaceId: actor.workspaceId, userId: '', secrets });
    const to = someone();
    const first = await house.sent(actor, { to: [to] });
    const second = await house.sent(actor, { to: [to], replyToMessageId: first.id });
    const third = await house.sent(actor, { to: [to], replyToMessageId: second.id });
    const idOf = ({ id }: { id: string }) => `<${id}@switchboard.test>`;
    const mails = await waitFor('all three', async () => {
      const found = await house.control.mailsTo(to);
      return found.length === 3 && found;
    });
    const newest = mails.find(({ headers }) => JSON.stringify(headers).includes(idOf(third)));
    const headersOf = (mail: (typeof mails)[number] | undefined) =>
      Object.fromEntries(
        Object.entries(mail?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      );
    expect(headersOf(newest)).toMatchObject({
      'message-id': idOf(third),
      'in-reply-to': idOf(second),
      references: `${idOf(first)} ${idOf(second)}`,
    });
    const foreign = await house.send(testActor(), { to: [to], replyToMessageId: first.id });
    expect(foreign.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('what mailSend refuses', () => {
  const LINE_ENDS = { CR: '\r', LF: '\n', CRLF: '\r\n', 'U+2028': '\u2028' };
  const FIELDS: Record<string, (end: string) => [query: 'send' | 'upload', input: Record<string, unknown>]> =
    {
      to: (end) => ['send', { to: [`a@b.com${end}Bcc: evil@example.com`] }],
      cc: (end) => ['send', { to: ['a@b.com'], cc: [`c@d.com${end}Bcc: evil@example.com`] }],
      bcc: (end) => ['send', { to: ['a@b.com'], bcc: [`c@d.com${end}Bcc: evil@example.com`] }],
      subject: (end) => ['send', { to: ['a@b.com'], subject: `Hello${end}Bcc: evil@example.com` }],
      replyToMessageId: (end) => [
        'send',
        { to: ['a@b.com'], replyToMessageId: `msg_1${end}Bcc: evil@example.com` },
      ],
      filename: (end) => ['upload', { filename: `a.txt${end}Bcc: evil@example.com` }],
      contentType: (end) => ['upload', { contentType: `text/plain${end}Bcc: evil@example.com` }],
    };
  const UPLOAD = `mutation ($input: UploadCreateInput!) { uploadCreate(input: $input) { url } }`;

  it.each(Object.keys(FIELDS).flatMap((field) => Object.keys(LINE_ENDS).map((end) => [field, end] as const)))(
    'a header behind %s by %s',
    async (field, end) => {
      const actor = testActor();
      const [kind, input] = FIELDS[field]?.(LINE_ENDS[end as 'CR']) ?? ['send', {}];
      const answer =
        kind === 'send'
          ? await house.send(actor, input)
          : await house.inner.graphql(actor, UPLOAD, {
              input: { filename: 'a.txt', contentType: 'text/plain', bytes: 1, ...input },
            });
      expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(await house.control.mailsTo('evil@example.com')).toEqual([]);
      expect(await house.list(actor)).toEqual([]);
    },
  );

  it.each([
    ['two addresses in one', { to: ['a@b.com, c@d.com'] }],
    ['a display name', { to: ['Ana <a@b.com>'] }],
    ['nobody', { to: [] }],
    ['an address twice', { to: ['a@b.com'], cc: ['A@B.com'] }],
    ['more than 50 recipients', { to: Array.from({ length: 51 }, (_, n) => `a${n}@b.com`) }],
    ['no content', { to: ['a@b.com'], text: ' ' }],
    ['a NUL in the text', { to: ['a@b.com'], text: 'a\u0000b' }],
    ['a lone surrogate', { to: ['a@b.com'], subject: '\ud800' }],
  ])('%s', async (_what, input) => {
    const answer = await house.send(testActor(), input);
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('an account that is another workspace’s or nobody’s', async () => {
    const connectionId = house.inner.auth.connect({
      vendor: 'sendgrid',
      workspaceId: newId('wsp'),
      userId: '',
      secrets: sandboxAccounts.sendgrid,
    });
    for (const accountId of [connectionId, newId('con')]) {
      const answer = await house.send(testActor(), { to: ['a@b.com'], accountId });
      expect(answer.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    }
  });
});

describe('another workspace', () => {
  it('sees nothing by query, list, entity or contact; a test key sees the sandbox', async () => {
    const actor = testActor();
    const to = someone();
    const { id } = await house.sent(actor, { to: [to], subject: 'canary' });
    const query = `query ($id: ID!, $to: EmailAddress!, $representations: [_Any!]!) {
      mailMessage(id: $id) { subject } mailMessages(filter: { contact: $to, direction: OUTBOUND }) { nodes { subject } }
      _entities(representations: $representations) {
        ... on MailMessage { subject } ... on ContactPoint { mailMessages { nodes { subject } } } } }`;
    const variables = {
      id,
      to,
      representations: [
        { __typename: 'MailMessage', id },
        { __typename: 'ContactPoint', address: to },
      ],
    };
    const seen = [{ subject: 'canary' }];
    const own = {
      mailMessage: seen[0],
      mailMessages: { nodes: seen },
      _entities: [seen[0], { mailMessages: { nodes: seen } }],
    };
    expect((await house.inner.graphql(actor, query, variables)).data).toEqual(own);
    const tester = testActor({ workspaceId: actor.workspaceId, mode: 'test' });
    expect((await house.inner.graphql(tester, query, variables)).data).toEqual(own);
    const stranger = await house.inner.graphql(testActor(), query, variables);
    expect(stranger.data).toEqual({
      mailMessage: null,
      mailMessages: { nodes: [] },
      _entities: [null, { mailMessages: { nodes: [] } }],
    });
  });

  it('needs the scopes', async () => {
    const reader = testActor({ scopes: ['mail:read'] });
    expect((await house.send(reader, { to: ['a@b.com'] })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('the ids behind an address', () => {
  it('are given to audit and to nobody else, within the workspace', async () => {
    const actor = testActor();
    const address = someone();
    const { id } = await house.sent(actor, { to: ['x@example.com'], bcc: [address] });
    const { resourceIds } = ContactsService.method;
    const audit = new RpcClient(await house.inner.broker.connect('audit'));
    const idsOf = async (workspaceId: string) =>
      (await audit.ask(resourceIds, { workspaceId, address, limit: 10 }, { owner: 'mail' })).ids;
    expect(await idsOf(actor.workspaceId)).toEqual([id]);
    expect(await idsOf(newId('wsp'))).toEqual([]);
    const billing = new RpcClient(await house.inner.broker.connect('billing'));
    const refused = await billing
      .ask(resourceIds, { workspaceId: actor.workspaceId, address }, { owner: 'mail' })
      .catch((thrown) => AppError.from(thrown).code);
    expect(refused).toBe('FORBIDDEN');
  });
});

describe('what mail states', () => {
  it('is caused by what came before, and holds nobody’s address or words', async () => {
    const actor = testActor();
    const to = someone();
    const sent = await house.sent(actor, { to: [to], subject: 'canary-subject', text: 'canary-text' });
    await becomes(actor, sent.id, 'DELIVERED');
    await house.control.simulate('sendgrid', 'event', { email: to, event: 'open' });
    const events = await waitFor('all events', async () => {
      const rows = await house.inner.service.database.read({ system: true }, (em) =>
        em.execute<{ type: string; payload: Uint8Array }[]>(
          'select type, payload from outbox where workspace_id = ? order by seq',
          [actor.workspaceId],
        ),
      );
      return rows.length >= 4 && rows;
    });
    expect(events.map(({ type }) => type)).toEqual([
      'evt.mail.v1.MailQueued',
      'evt.mail.v1.MailSent',
      'evt.mail.v1.MailDelivered',
      'evt.mail.v1.MailOpened',
    ]);
    const bytes = events.map(({ payload }) => Buffer.from(payload).toString('latin1')).join();
    expect(bytes).toContain(sent.id);
    for (const private_ of [to, 'canary']) expect(bytes).not.toContain(private_);
  });
});

it('lists the built-in templates', async () => {
  const query = '{ templates { key version versions subject variables { name isRequired description } } }';
  const { data } = await house.inner.graphql<{ templates: { key: string; subject: string }[] }>(
    testActor(),
    query,
  );
  expect(data?.templates.map(({ key }) => key)).toEqual([
    'verification',
    'password-reset',
    'invitation',
    'meeting-invitation',
    'meeting-update',
    'meeting-cancellation',
    'erasure-scheduled',
    'copy-ready',
  ]);
  expect(data?.templates[2]).toMatchObject({
    subject: "You've been invited to join {company} on {product}",
    version: 1,
    versions: [1],
  });
});
