import { create, toBinary } from '@bufbuild/protobuf';
import { headers } from '@nats-io/nats-core';
import { type Broker, serveRpc } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { Mode } from '@switchboard/proto-schemas';
import { ApiKeyRevokedSchema, SessionRevokedSchema } from '@switchboard/proto-schemas/evt/auth';
import { AuthService } from '@switchboard/proto-schemas/rpc/auth';
import { startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthLink } from './auth-link.ts';

const logger = createLogger('test', { level: 'silent' });
const heard = { keys: [] as string[], sessions: [] as string[], reconnects: 0 };

let broker: TestBroker;
let auth: Broker;
let link: AuthLink;

beforeAll(async () => {
  broker = await startBroker({ services: ['auth'] });
  auth = await broker.connect('auth');
  await serveRpc(
    auth,
    'auth',
    AuthService,
    {
      verifyApiKey: async ({ secret, clientIp }: { secret: string; clientIp: string }) =>
        secret === 'sb_live_1_good'
          ? { found: true, apiKeyId: 'key_1', workspaceId: 'wsp_1', scopes: [clientIp], mode: Mode.LIVE }
          : { found: false },
      checkSession: async ({ sessionId }: { sessionId: string }) => ({ active: sessionId === 'ses_1' }),
    } as never,
    logger,
  );
  link = new AuthLink({ url: broker.url, user: 'gateway', password: 'gateway', logger }, logger);
  link.open({
    apiKeyRevoked: (id) => heard.keys.push(id),
    sessionRevoked: (id) => heard.sessions.push(id),
    reconnected: () => {
      heard.reconnects += 1;
    },
  });
  await waitFor('the link', () => link.isUp());
});
afterAll(async () => {
  await link.close();
  await broker.stop();
});

function publish(type: string, bytes: Uint8Array): void {
  const all = headers();
  all.set('ce-id', 'evt_1');
  all.set('ce-type', type);
  all.set('ce-source', 'auth');
  all.set('ce-time', new Date().toISOString());
  auth.connection.publish(`${type}.wsp_1`, bytes, { headers: all });
}

describe('the link to auth, over a real broker', () => {
  it('asks about API keys and sessions', async () => {
    expect(await link.verify('sb_live_1_good', '203.0.113.7')).toEqual({
      apiKeyId: 'key_1',
      workspaceId: 'wsp_1',
      scopes: ['203.0.113.7'],
      mode: 'live',
      agentId: undefined,
    });
    expect(await link.verify('sb_live_1_bad', '203.0.113.7')).toBeUndefined();
    expect(await link.isOpen('ses_1')).toBe(true);
    expect(await link.isOpen('ses_2')).toBe(false);
  });

  it('hears of revocations', async () => {
    const key = create(ApiKeyRevokedSchema, { apiKeyId: 'key_1' });
    const session = create(SessionRevokedSchema, { sessionId: 'ses_1', userId: 'usr_1' });
    publish(ApiKeyRevokedSchema.typeName, toBinary(ApiKeyRevokedSchema, key));
    publish(SessionRevokedSchema.typeName, toBinary(SessionRevokedSchema, session));
    await waitFor('both events', () => heard.keys.length > 0 && heard.sessions.length > 0);
    expect(heard).toMatchObject({ keys: ['key_1'], sessions: ['ses_1'] });
  });

  it('says UNAVAILABLE while the broker is away, and when it is back that events may be missing', async () => {
    await broker.kill();
    await expect(link.verify('sb_live_1_good', '::1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await broker.restart();
    await waitFor('the reconnect', () => heard.reconnects > 0);
    await waitFor('the link', () => link.isUp());
  });
});
