import { create, toBinary } from '@bufbuild/protobuf';
import { headers } from '@nats-io/nats-core';
import { type Broker, serveRpc } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { Mode } from '@switchboard/proto-schemas';
import {
  ApiKeyRevokedSchema,
  SessionRevokedSchema,
  WorkspaceSuspendedSchema,
} from '@switchboard/proto-schemas/evt/auth';
import { AuthService } from '@switchboard/proto-schemas/rpc/auth';
import { startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKeys } from './api-keys.ts';
import { AuthLink } from './auth-link.ts';

const logger = createLogger('test', { level: 'silent' });
/** Keys that auth knows and has not revoked, by their secrets. */
const keys = new Map([['sb_live_1_good', 'key_1']]);
const heard = { keys: [] as string[], sessions: [] as string[], workspaces: [] as string[], reconnects: 0 };

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
      verifyApiKey: async ({ secret, clientIp }: { secret: string; clientIp: string }) => {
        const apiKeyId = keys.get(secret);
        return apiKeyId
          ? { found: true, apiKeyId, workspaceId: 'wsp_1', scopes: [clientIp], mode: Mode.LIVE }
          : { found: false };
      },
      checkSession: async ({ sessionId }: { sessionId: string }) => ({ active: sessionId === 'ses_1' }),
    } as never,
    logger,
  );
  link = new AuthLink({ url: broker.url, user: 'gateway', password: 'gateway', logger }, logger);
  link.open({
    apiKeyRevoked: (id) => heard.keys.push(id),
    sessionRevoked: (id) => heard.sessions.push(id),
    workspaceSuspended: (id) => heard.workspaces.push(id),
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
    const suspended = create(WorkspaceSuspendedSchema, { workspaceId: 'wsp_1' });
    publish(WorkspaceSuspendedSchema.typeName, toBinary(WorkspaceSuspendedSchema, suspended));
    const { keys: apiKeys, sessions, workspaces } = heard;
    await waitFor('each event', () => [apiKeys, sessions, workspaces].every((ids) => ids.length > 0));
    expect(heard).toMatchObject({ keys: ['key_1'], sessions: ['ses_1'], workspaces: ['wsp_1'] });
  });

  it('ends a revoked API key on every replica, by its event or when the answer is too old', async () => {
    // The clock stands still: nothing but the event ends what is remembered.
    let now = 0;
    const replicas = Array.from({ length: 2 }, () => {
      const options = { url: broker.url, user: 'gateway', password: 'gateway', logger };
      const replica = new AuthLink(options, logger);
      const apiKeys = new ApiKeys(replica, () => now);
      replica.open({
        apiKeyRevoked: (id) => apiKeys.revoke(id),
        sessionRevoked: () => {},
        workspaceSuspended: () => {},
        reconnected: () => {},
      });
      return { link: replica, apiKeys };
    });
    const verdicts = (secret: string) =>
      Promise.all(
        replicas.map(({ apiKeys }) =>
          apiKeys.verify(secret, '::1').then(
            ({ apiKeyId }) => apiKeyId,
            (thrown) => thrown.code,
          ),
        ),
      );
    try {
      for (const replica of replicas) await waitFor('the link', () => replica.link.isUp());
      keys.set('sb_live_2_told', 'key_2').set('sb_live_3_missed', 'key_3');
      expect(await verdicts('sb_live_2_told')).toEqual(['key_2', 'key_2']);
      expect(await verdicts('sb_live_3_missed')).toEqual(['key_3', 'key_3']);

      keys.delete('sb_live_2_told');
      expect(await verdicts('sb_live_2_told')).toEqual(['key_2', 'key_2']);
      const revoked = create(ApiKeyRevokedSchema, { apiKeyId: 'key_2' });
      publish(ApiKeyRevokedSchema.typeName, toBinary(ApiKeyRevokedSchema, revoked));
      await waitFor('both replicas', async () =>
        (await verdicts('sb_live_2_told')).every((verdict) => verdict === 'UNAUTHENTICATED'),
      );
      expect(await verdicts('sb_live_3_missed')).toEqual(['key_3', 'key_3']);

      keys.delete('sb_live_3_missed');
      now = 5_001;
      expect(await verdicts('sb_live_3_missed')).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    } finally {
      await Promise.all(replicas.map((replica) => replica.link.close()));
    }
  });

  it('says UNAVAILABLE while the broker is away, and when it is back that events may be missing', async () => {
    await broker.kill();
    await expect(link.verify('sb_live_1_good', '::1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await broker.restart();
    await waitFor('the reconnect', () => heard.reconnects > 0);
    await waitFor('the link', () => link.isUp());
  });
});
