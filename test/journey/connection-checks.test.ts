import { fromBinary } from '@bufbuild/protobuf';
import { ConnectionHealthChangedSchema, ConnectionState } from '@switchboard/proto-schemas';
import {
  migrationsOf,
  type RunningService,
  type ServiceDefinition,
  startService,
} from '@switchboard/service';
import { databaseImage, freePort, SandboxControl, waitFor } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signUp, startAuth, type TestAuth } from '../../services/auth/test/harness.ts';
import { mail } from '../../services/mail/src/service.ts';

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000];

let sandbox: Sandbox;
let control: SandboxControl;
let auth: TestAuth;
let service: RunningService;

beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
  control = new SandboxControl(sandbox.url);
  const environment = { AUTH_SANDBOX_URL: sandbox.url, AUTH_SANDBOX_SMTP_PORT: String(sandbox.smtpPort) };
  auth = await startAuth(environment, undefined, { checksMs: 20 });
  service = await startMail();
});
afterAll(async () => {
  await service.stop();
  await auth.stop();
  await sandbox.close();
});

/** The mail service, on the broker of auth. */
async function startMail(): Promise<RunningService> {
  const migrations = migrationsOf(mail as unknown as ServiceDefinition);
  const image = await databaseImage({ service: 'mail', entities: mail.entities, migrations });
  const { publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const environment = {
    NATS_URL: auth.broker.url,
    PUBLIC_URL: 'http://switchboard.test',
    LOG_LEVEL: 'silent',
    IDENTITY_PUBLIC_JWK: JSON.stringify(await exportJWK(publicKey)),
    MAIL_PORT: String(await freePort()),
    MAIL_NATS_PASSWORD: 'mail',
  };
  return startService(mail, environment, { location: { kind: 'memory', image } });
}

const pairs = (secrets: object) => Object.entries(secrets).map(([name, value]) => ({ name, value }));

it.each(['SENDGRID', 'SMTP'] as const)(
  'a key revoked at %s is noticed by itself and told, and the one that takes its place works',
  async (vendor) => {
    const name = vendor === 'SENDGRID' ? 'sendgrid' : 'smtp';
    const { actor } = await signUp(auth);
    const input = { vendor, name: 'Ours', secrets: pairs(await control.openAccount(name)) };
    const { connection } = await auth.mutate(actor, 'connectionCreate', input, 'connection { id }');
    const connectionId: string = connection.id;
    const health = async () => {
      const fields = 'vendor state lastSuccessAt nextCheckAt lastError { code }';
      const { data } = await auth.graphql(actor, `{ integrations { ${fields} } }`);
      return data.integrations.find((one: { vendor: string }) => one.vendor === vendor);
    };
    const told = async () =>
      (await auth.events())
        .filter(({ type }) => type === 'ConnectionHealthChanged')
        .map(({ payload }) => fromBinary(ConnectionHealthChangedSchema, payload))
        .filter((event) => event.connectionId === connectionId)
        .map(({ state }) => ConnectionState[state]);

    auth.clock.advance(MINUTE_MS);
    await waitFor('the first check', async () => (await health()).lastSuccessAt !== null);
    expect(await health()).toMatchObject({ state: 'CONNECTED' });

    await control.reset();
    auth.clock.advance(HOUR_MS);
    await waitFor('the refusal', async () => (await health()).state === 'DISCONNECTED');
    expect(await health()).toMatchObject({ lastError: { code: 'RECONNECT_REQUIRED' }, nextCheckAt: null });
    expect(await told()).toEqual(['DISCONNECTED']);

    const secrets = pairs(await control.openAccount(name));
    await auth.mutate(actor, 'connectionUpdate', { connectionId, secrets }, 'connection { id }');
    expect(await health()).toMatchObject({ state: 'CONNECTED', lastError: null });
    auth.clock.advance(MINUTE_MS);
    const triedAt = auth.clock.now.toISOString();
    await waitFor('the check of the new key', async () => (await health()).lastSuccessAt === triedAt);
    expect(await health()).toMatchObject({ state: 'CONNECTED' });
    expect(await told()).toEqual(['DISCONNECTED', 'CONNECTED']);
  },
);

it('what the mail service does not hear of while it is down is nobody’s fault', async () => {
  const { actor } = await signUp(auth);
  const input = {
    vendor: 'SENDGRID',
    name: 'Ours',
    secrets: pairs(await control.openAccount('sendgrid')),
  };
  const fields = 'connection { id state nextCheckAt }';
  const { connection } = await auth.mutate(actor, 'connectionCreate', input, fields);
  await service.stop();
  auth.clock.advance(MINUTE_MS);
  const seen = async () => {
    const { data } = await auth.graphql(actor, '{ connections { id state nextCheckAt } }');
    return data.connections.find(({ id }: { id: string }) => id === connection.id);
  };
  await waitFor('the next try', async () => (await seen()).nextCheckAt > connection.nextCheckAt);
  expect(await seen()).toMatchObject({ state: 'CONNECTED' });
  service = await startMail();
  auth.clock.advance(MINUTE_MS);
  const inAnHour = new Date(auth.clock.now.getTime() + HOUR_MS).toISOString();
  await waitFor('the check', async () => (await seen()).nextCheckAt === inAnHour);
});
