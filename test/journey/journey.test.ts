import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IDENTITY_HEADER, IdentitySigner } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { Broker } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { chromiumPath, launch } from '@switchboard/testing/browser';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import type { GraphQLSchema } from 'graphql';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchFolder, searchText } from '../src/canaries/search.ts';
import type { Client } from '../src/house/client.ts';
import { Collector } from '../src/house/collector.ts';
import { type House, startHouse } from '../src/house/start-house.ts';
import { until } from '../src/house/until.ts';
import { readApiSchema } from '../src/isolation/api-schema.ts';
import { attemptsOf, comparable, idsIn } from '../src/isolation/attempts.ts';
import { oneIdPerPrefix, readEverything } from '../src/isolation/inventory.ts';
import { newPeople } from '../src/journey/people.ts';
import { steps } from '../src/journey/steps.ts';
import { startWalk, type Walk } from '../src/journey/walk.ts';

const SERVICES = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'];
const PREFIXES = 'usr wsp inv key agt con sms tws msg pay rfd mtg aud evt tex'.split(' ');
/** Well formed and nobody's. */
const unknownLike = (id: string) => newId(id.slice(0, 3));

let collector: Collector;
let house: House;
let walk: Walk;
/** Everything that strangers were told; no canary may be in it. */
const told: string[] = [];

beforeAll(async () => {
  // Strangers try every place of every query and mutation, which is far more than one caller may spend.
  collector = await Collector.start();
  house = await startHouse({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    ...{ GATEWAY_RATE_LIMIT_POINTS: '1000000' },
  });
  walk = startWalk(newPeople(), house.client(), house.sandbox);
}, 240_000);
afterAll(async () => {
  await house.stop();
  await collector.stop();
}, 30_000);

function broker(user: string): Promise<Broker> {
  const passwords = JSON.parse(readFileSync(join(house.dataDir, 'keys/broker.json'), 'utf8'));
  const url = `nats://127.0.0.1:${house.portBase + 20}`;
  return Broker.connect({
    url,
    user,
    password: passwords[user],
    logger: createLogger('test', { level: 'silent' }),
  });
}

/** Somebody new, with a workspace of their own. */
async function signUp(workspaceName: string): Promise<Client> {
  const { owner } = newPeople();
  const { userSignUp } = await house
    .client()
    .call<{ userSignUp: { session: { accessToken: string } } }>(
      'mutation ($input: UserSignUpInput!) { userSignUp(input: $input) { session { accessToken } userErrors { code } } }',
      { input: { ...owner, workspaceName } },
    );
  return house.client().as(userSignUp.session.accessToken);
}

/** What the main job leaves out: an agent with a key, and a connection. */
async function makeKeys(owner: Client): Promise<void> {
  const { agentCreate } = await owner.call<{ agentCreate: { agent: { id: string } } }>(
    'mutation { agentCreate(input: { name: "Reception", scopes: ["mail:read"] }) { agent { id } } }',
  );
  await owner.call(
    `mutation ($agentId: ID!) {
      apiKeyCreate(input: { name: "Own key", scopes: ["mail:read"], agentId: $agentId }) { apiKey { id } } }`,
    { agentId: agentCreate.agent.id },
  );
  const secrets = Object.entries(sandboxAccounts.stripe).flatMap(([name, value]) =>
    ['secretKey', 'webhookSecret'].includes(name) ? [{ name, value }] : [],
  );
  await owner.call(
    `mutation ($input: ConnectionCreateInput!) {
      connectionCreate(input: $input) { connection { id } userErrors { code } } }`,
    { input: { vendor: 'STRIPE', name: 'Our Stripe', secrets } },
  );
}

describe('the main job, from sign-up to the audit trail', () => {
  it.each(steps.map((step) => [step.title, step] as const))(
    '%s',
    async (_title, step) => {
      expect(await step.run(walk)).toBeTruthy();
    },
    60_000,
  );
});

const metricsAt = async (offset: number): Promise<string> =>
  (await fetch(`http://127.0.0.1:${house.portBase + offset}/metrics`)).text();

describe('a trace', () => {
  it('goes from the client’s operation to the vendor’s call and the last handler', async () => {
    const trace = await until('one trace of everything', async () => {
      const ids = new Set(
        collector.spans.flatMap(({ name, traceId }) => (name === 'intent deliver-sms' ? [traceId] : [])),
      );
      const traces = [...ids].map((id) => collector.spans.filter(({ traceId }) => traceId === id));
      return traces.find((spans) =>
        [
          ['gateway', 'operation'],
          ['gateway', 'subgraph telephony'],
          ['telephony', 'graphql telephony'],
          ['telephony', 'intent deliver-sms'],
          ['telephony', 'ask auth.reportConnectionUse'],
          ['auth', 'answer auth.reportConnectionUse'],
          ['telephony', 'publish event'],
          ['audit', 'handle append-entry'],
        ].every(([part, name]) => spans.some((span) => span.part === part && span.name === name)),
      );
    });
    const byId = new Map(trace.map((span) => [span.spanId, span]));
    const roots = trace.filter(({ parentSpanId }) => !parentSpanId);
    expect(roots.map(({ part, name }) => `${part} ${name}`)).toEqual(['gateway operation']);
    const handled = trace.find(({ part, name }) => part === 'audit' && name.startsWith('handle'));
    expect(byId.get(handled?.parentSpanId ?? '')?.name).toBe('publish event');
  });

  it('holds nothing that a person wrote or is called', () => {
    const { owner, customer } = walk.people;
    const all = collector.bodies.join('\n');
    expect(all.length).toBeGreaterThan(1_000);
    for (const canary of [owner.email, owner.password, owner.name, customer.phone, 'Your appointment']) {
      expect(all).not.toContain(canary);
    }
  });
});

describe('metrics', () => {
  it('of the gateway say how long operations and subgraphs took, on a port of their own', async () => {
    const text = await metricsAt(9);
    expect(text).toMatch(
      /switchboard_operation_duration_seconds_count\{operation="smsSend",kind="mutation",outcome="ok"\} 2/,
    );
    expect(text).toMatch(
      /switchboard_subgraph_request_duration_seconds_count\{subgraph="telephony",outcome="ok"\}/,
    );
    expect((await fetch(`${house.url}/metrics`)).status).toBe(404);
  });

  it('of a service say what waits, and how long vendors and handlers took', async () => {
    const text = await metricsAt(3);
    for (const name of ['outbox_pending', 'dead_letters', 'intents_pending', 'consumer_pending']) {
      expect(text).toMatch(new RegExp(`^switchboard_${name} \\d+$`, 'm'));
    }
    expect(text).toMatch(/switchboard_intent_duration_seconds_count\{kind="deliver-sms",outcome="ok"\} 2/);
    expect(await metricsAt(6)).toMatch(
      /switchboard_event_handling_seconds_count\{handler="append-entry",outcome="ok"\}/,
    );
  });
});

if (!chromiumPath) console.info('skipped: consent in a browser, because there is no Chromium here');

describe.skipIf(!chromiumPath)('consent in a browser', { timeout: 90_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(() => browser.close());

  const START = `mutation ($input: ConnectionStartInput!) {
    connectionStart(input: $input) { authorizationUrl userErrors { code } } }`;
  const FINISH = `mutation ($input: ConnectionFinishInput!) {
    connectionFinish(input: $input) { connection { name vendor state purposes } userErrors { code } } }`;
  const started = async (vendor: string, purpose: string): Promise<string> => {
    const input = { vendor, purpose, returnUrl: `http://localhost:${house.portBase}/health/live` };
    const { connectionStart } = await walk.owner.call<{ connectionStart: { authorizationUrl: string } }>(
      START,
      { input },
    );
    return connectionStart.authorizationUrl;
  };
  /** Answers the vendor's page and comes back to the front end. */
  const answered = async (
    url: string,
    button: 'Allow' | 'Deny',
    address?: string,
  ): Promise<URLSearchParams> => {
    // Pages of the sandbox need no JavaScript.
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(url);
    if (address !== undefined) await page.getByLabel('Another address').fill(address);
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(/\/health\/live/);
    const { searchParams } = new URL(page.url());
    await page.close();
    return searchParams;
  };

  it.each([
    ['GOOGLE', 'MAIL_SEND'],
    ['MICROSOFT', 'CALENDAR'],
    ['ZOOM', 'MEETINGS'],
  ])('at %s connects the account that the person picked', async (vendor, purpose) => {
    const back = await answered(await started(vendor, purpose), 'Allow', 'picked@example.com');
    const input = { state: back.get('state'), code: back.get('code') };
    const { connectionFinish } = await walk.owner.call<{ connectionFinish: { connection: object } }>(FINISH, {
      input,
    });
    expect(connectionFinish.connection).toEqual({
      name: 'picked@example.com',
      vendor,
      state: 'CONNECTED',
      purposes: [purpose],
    });
    const again = await walk.owner.send(FINISH, { input });
    expect(again.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('that the person refuses comes back as that', async () => {
    const back = await answered(await started('GOOGLE', 'MAIL'), 'Deny');
    expect(back.get('error')).toBe('access_denied');
    expect(back.get('code')).toBeNull();
  });
});

describe('GET /health/integrations', () => {
  const ask = (headers: Record<string, string>) => fetch(`${house.url}/health/integrations`, { headers });

  it('says how each vendor fares for the caller', async () => {
    const response = await ask({ authorization: `Bearer ${walk.owner.credential}` });
    const { integrations } = (await response.json()) as { integrations: { vendor: string; state: string }[] };
    expect(response.status).toBe(200);
    const inState = (wanted: string) =>
      integrations.flatMap(({ vendor, state }) => (state === wanted ? [vendor] : [])).sort();
    // Connected by consent above, where there is a browser.
    expect([...inState('CONNECTED'), ...inState('DISCONNECTED')].sort()).toEqual([
      'GOOGLE',
      'MICROSOFT',
      'PAYPAL',
      'SENDGRID',
      'SMTP',
      'STRIPE',
      'TWILIO',
      'ZOOM',
    ]);
    expect(inState('NOT_CONFIGURED')).toEqual(['ANTHROPIC', 'FIREBASE', 'GA4', 'GITHUB', 'OPENAI']);
  });

  it('answers nobody without a credential that is valid', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: `Bearer sb_live_x_y` }]) {
      const response = await ask(headers);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    }
  });
});

describe('the audit trail of all this', () => {
  it('says of every fact about a vendor that it stayed in the sandbox, and nothing of the others', async () => {
    const { auditEntries } = await walk.owner.call<{
      auditEntries: { nodes: { type: string; sandbox: boolean | null }[] };
    }>('{ auditEntries(first: 100) { nodes { type sandbox } } }');
    const types = (wanted: boolean | null) =>
      new Set(auditEntries.nodes.filter(({ sandbox }) => sandbox === wanted).map(({ type }) => type));
    expect(types(false)).toEqual(new Set());
    expect([...types(true)]).toEqual(
      expect.arrayContaining([
        'evt.telephony.v1.SmsDelivered',
        'evt.billing.v1.RefundSucceeded',
        'evt.billing.v1.LedgerPosted',
        'evt.meetings.v1.MeetingCreated',
        'evt.mail.v1.MailDelivered',
      ]),
    );
    expect(types(null)).toContain('evt.auth.v1.UserSignedUp');
    expect([...types(null)].filter((type) => !/^evt\.(auth|audit)\./.test(type))).toEqual([]);
  });
});

describe('another workspace', () => {
  let schema: GraphQLSchema;
  let stranger: Client;
  let everything: string;
  let ids: string[];

  beforeAll(async () => {
    schema = await readApiSchema(house.url);
    stranger = await signUp('Strangers Ltd');
    await makeKeys(walk.owner);
    everything = await readEverything(schema, walk.owner);
    const shared = idsIn(JSON.stringify(await stranger.call('{ integrations { connectionId } }')));
    ids = oneIdPerPrefix(everything, shared);
  }, 60_000);

  it('is tried with an id of every kind there is', () => {
    const kinds = ids.map((id) => id.slice(0, 3));
    expect(kinds).toEqual(expect.arrayContaining([...PREFIXES]));
    expect(attemptsOf(schema).length).toBeGreaterThan(15);
  });

  it('reads nothing of ours by any list', async () => {
    const theirs = await readEverything(schema, stranger);
    told.push(theirs);
    // The platform's own connections are everybody's.
    const { integrations } = await stranger.call<{ integrations: { connectionId: string }[] }>(
      '{ integrations { connectionId } }',
    );
    const common = integrations.map(({ connectionId }) => connectionId);
    const shared = idsIn(theirs).filter((id) => everything.includes(id) && !common.includes(id));
    expect(shared).toEqual([]);
  }, 60_000);

  it('gets the same answer for our nodes as for ids that do not exist', async () => {
    const mine = idsIn(everything).slice(0, 100);
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const ours = await stranger.send(query, { ids: mine });
    expect(ours).toEqual({ status: 200, data: { nodes: mine.map(() => null) }, errors: undefined });
    const seen = await walk.owner.send<{ nodes: unknown[] }>(query, { ids: mine });
    expect(seen.data?.nodes.filter(Boolean).length).toBeGreaterThan(10);
  });

  it('gets the same answer for our ids as for unknown ones, in every place of every query and mutation', async () => {
    const differences: string[] = [];
    for (const attempt of attemptsOf(schema)) {
      for (const id of ids) {
        const unknown = unknownLike(id);
        const [ours, nobodys] = [await attempt.send(stranger, id), await attempt.send(stranger, unknown)];
        told.push(JSON.stringify(ours));
        if (comparable(ours, id) !== comparable(nobodys, unknown)) {
          differences.push(
            `${attempt.name} ${id.slice(0, 3)}: ${comparable(ours, id)} / ${comparable(nobodys, unknown)}`,
          );
        }
      }
    }
    expect(differences).toEqual([]);
  }, 240_000);

  it('changed nothing of ours by trying', async () => {
    const withoutTimes = (text: string) =>
      text.replace(/"(updatedAt|lastSuccessAt|lastUsedAt)":"[^"]*"/g, '');
    const lists = (text: string) =>
      withoutTimes(text)
        .split('\n')
        .filter((line) => !line.includes('auditEntries'));
    expect(lists(await readEverything(schema, walk.owner))).toEqual(lists(everything));
  }, 60_000);

  it('is what a key without the scope is treated like', async () => {
    const { apiKeyCreate } = await walk.owner.call<{ apiKeyCreate: { secret: string } }>(
      'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { secret userErrors { code } } }',
      { input: { name: 'Reads payments only', scopes: ['billing:read'] } },
    );
    const partner = house.client().as(apiKeyCreate.secret);
    const { data } = await partner.send<{ nodes: ({ __typename: string } | null)[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }',
      { ids: idsIn(everything).slice(0, 100) },
    );
    const types = new Set(data?.nodes.flatMap((node) => (node ? [node.__typename] : [])));
    expect([...types].sort()).toEqual(['Connection', 'Membership', 'Payment', 'Refund', 'User', 'Workspace']);
  });

  it('gets nothing from any subgraph for a reference to what is ours', async () => {
    const privateJwk = JSON.parse(readFileSync(join(house.dataDir, 'keys/identity.json'), 'utf8'));
    const signer = await IdentitySigner.create(privateJwk);
    const { viewer } = await stranger.call<{
      viewer: { user: { id: string }; workspace: { id: string }; scopes: string[] };
    }>('{ viewer { user { id } workspace { id } scopes } }');
    const actor = {
      kind: 'user',
      mode: 'live',
      userId: viewer.user.id,
      workspaceId: viewer.workspace.id,
      scopes: viewer.scopes,
      role: 'OWNER',
    } as const;
    for (const [index, service] of SERVICES.entries()) {
      const ask = async (representations: unknown[]): Promise<(unknown | null)[]> => {
        const body = JSON.stringify({
          query:
            'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
          variables: { representations },
        });
        const identity = { actor, requestId: newId('req'), correlationId: newId('req') };
        const headers = {
          'content-type': 'application/json',
          [IDENTITY_HEADER]: await signer.sign(identity, service, body),
        };
        const response = await fetch(`http://127.0.0.1:${house.portBase + 1 + index}/graphql`, {
          method: 'POST',
          headers,
          body,
        });
        const answer = (await response.json()) as { data?: { _entities?: unknown[] } };
        told.push(JSON.stringify(answer));
        return answer.data?._entities ?? [];
      };
      const sdl = readFileSync(join(import.meta.dirname, `../../services/${service}/schema.graphql`), 'utf8');
      const keyed = [...sdl.matchAll(/^type (\w+) implements Node @key\(fields: "id"\)/gm)].map(
        ([, name]) => name,
      );
      expect(keyed.length).toBeGreaterThan(0);
      for (const __typename of keyed) {
        const found = await ask(ids.map((id) => ({ __typename, id })));
        expect(found.filter(Boolean), `${service} gave away ${__typename}`).toEqual([]);
      }
    }
  }, 60_000);

  it('and nobody at all reach a subgraph without the gateway’s identity', async () => {
    for (const index of SERVICES.keys()) {
      for (const query of [
        '{ __typename }',
        '{ _service { sdl } }',
        '{ _entities(representations: []) { __typename } }',
      ]) {
        const response = await fetch(`http://127.0.0.1:${house.portBase + 1 + index}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        expect(response.status).toBe(401);
      }
    }
  });
});

describe('a user of the broker', () => {
  it.each([...SERVICES, 'gateway', 'ops'])('%s can do no more than its own', async (user) => {
    const link = await broker(user);
    const victim = user === 'billing' ? 'mail' : 'billing';
    const attempts = [
      link.js.publish(`evt.${victim}.v1.Forged.wsp_1`, 'x', { timeout: 1_000 }),
      link.connection.request(`rpc.auth.lendCredential.${victim}`, 'x', { timeout: 1_000 }),
      link.connection.request('$JS.API.CONSUMER.CREATE.EVT.spy', '{}', { timeout: 1_000 }),
      link.connection.request(`$JS.API.CONSUMER.MSG.NEXT.EVT.${victim}`, '1', { timeout: 1_000 }),
      link.connection.request('$JS.API.STREAM.PURGE.EVT', '', { timeout: 1_000 }),
    ];
    for (const result of await Promise.allSettled(attempts)) expect(result.status).toBe('rejected');
    await link.close();
  });
});

describe('a credential that the vendor refuses', () => {
  it('shows as disconnected among the integrations, until one that works takes its place', async () => {
    const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
    const client = await signUp('Wrong token Ltd');
    const save = (token: string) =>
      client.call(
        `mutation ($input: TwilioSettingsSaveInput!) {
          twilioSettingsSave(input: $input) { twilioSettings { id } userErrors { code } } }`,
        { input: { accountSid, authToken: token, phoneNumber } },
      );
    const verify = () =>
      client.send('mutation { twilioSettingsVerify { twilioSettings { isVerified } userErrors { code } } }');
    const becomes = (state: string) =>
      until(`Twilio to be ${state}`, async () => {
        const { integrations } = await client.call<{ integrations: { vendor: string; state: string }[] }>(
          '{ integrations { vendor state } }',
        );
        return integrations.some((one) => one.vendor === 'TWILIO' && one.state === state);
      });
    await save('f'.repeat(32));
    expect(JSON.stringify(await verify())).toContain('RECONNECT_REQUIRED');
    await becomes('DISCONNECTED');
    await save(authToken);
    await becomes('CONNECTED');
    expect(JSON.stringify(await verify())).toContain('"isVerified":true');
  }, 60_000);
});

describe('secrets and personal data of all this', () => {
  it('are in no log, event, answer to strangers, or link of the audit chain', async () => {
    const { owner, colleague, customer } = walk.people;
    const { apiKeyCreate } = await walk.owner.call<{ apiKeyCreate: { secret: string } }>(
      'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { secret apiKey { id } userErrors { code } } }',
      { input: { name: 'Canary key', scopes: ['audit:read'] } },
    );
    const partner = house.client().as(apiKeyCreate.secret);
    const audit = await until('the key in the trail', async () => {
      const { data } = await partner.send(
        '{ auditEntries(first: 100) { nodes { type data subjects actor { userId } } } }',
      );
      const text = JSON.stringify(data);
      return text.includes('ApiKeyCreated') && text;
    });
    await house.client().as('sb_live_nonsense_canary-credential').send('{ viewer { role } }');
    const canaries = {
      password: owner.password,
      'other password': colleague.password,
      'access token': walk.owner.credential ?? '',
      'API key': apiKeyCreate.secret,
      'wrong credential': 'canary-credential',
      'Twilio token': sandboxAccounts.twilio.authToken,
      'Stripe key': sandboxAccounts.stripe.secretKey,
      'PayPal secret': sandboxAccounts.paypal.clientSecret,
      'Zoom secret': sandboxAccounts.zoom.clientSecret,
      'SendGrid key': sandboxAccounts.sendgrid.apiKey,
      'owner address': owner.email,
      'colleague address': colleague.email,
      'customer address': customer.email,
      'customer number': customer.phone,
      'customer name': customer.name,
      'text of the SMS': 'Your appointment is tomorrow.',
      'text of the mail': 'Thank you for your payment.',
      'title of the meeting': 'Kick-off',
    };
    // The search itself can find something: what is meant to be there.
    const events = join(house.dataDir, 'nats');
    expect(searchFolder(events, { event: 'evt.telephony.v1.SmsQueued' }).length).toBeGreaterThan(0);
    expect(searchText('audit', audit, { id: walk.smsId })).toHaveLength(1);

    expect(searchFolder(join(house.dataDir, 'logs'), canaries)).toEqual([]);
    expect(searchFolder(events, canaries)).toEqual([]);
    expect(searchText('audit', audit, canaries)).toEqual([]);
    expect(searchText('answers to strangers', told.join('\n'), canaries)).toEqual([]);
  }, 60_000);
});
