import { jetstreamManager } from '@nats-io/jetstream';
import { Broker } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerUsers, usersAsChartValues, usersAsServerConfig } from '../src/broker-users.ts';
import { makeInstallationSecrets } from '../src/installation-secret.ts';
import { provisionStreams } from '../src/provision-streams.ts';
import { passwordVariableOf, SERVICES } from '../src/services.ts';
import { startCluster, type TestCluster } from './cluster.ts';

const logger = createLogger('test', { level: 'silent' });
const secrets = makeInstallationSecrets();
const passwordOf = (user: string): string => secrets[passwordVariableOf(user)] ?? '';

describe('a cluster of three with the users that the provisioner prints', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster(usersAsServerConfig(), secrets);
  });
  afterAll(() => cluster.stop());

  const target = (password: string, patienceMs: number) => ({
    url: cluster.url,
    password,
    patienceMs,
    logger,
    retryMs: 100,
  });
  const connect = (user: string) =>
    Broker.connect({ url: cluster.url, user, password: passwordOf(user), logger });

  it('gets the stream on three servers and a consumer per service, and is grown from one', async () => {
    const password = passwordOf('provisioner');
    await provisionStreams(target(password, 30_000), { services: SERVICES, replicas: 1 });
    await provisionStreams(target(password, 30_000), { services: SERVICES, replicas: 3 });
    const provisioner = await connect('provisioner');
    try {
      const manager = await jetstreamManager(provisioner.connection, { checkAPI: false });
      const { config } = await manager.streams.info('EVT');
      expect(config.num_replicas).toBe(3);
      await waitFor('two more servers with everything', async () => {
        const { cluster: members } = await manager.streams.info('EVT');
        return members?.replicas?.length === 2 && members.replicas.every(({ current }) => current);
      });
      const consumers = await manager.consumers.list('EVT').next();
      expect(consumers.map(({ name }) => name).sort()).toEqual([...SERVICES].sort());
    } finally {
      await provisioner.close();
    }
  });

  it('lets in every user with the password made for it, and a service publishes as itself alone', async () => {
    for (const user of Object.keys(brokerUsers())) {
      const broker = await connect(user);
      expect(await broker.isUp(), user).toBe(true);
      await broker.close();
    }
    const mail = await connect('mail');
    try {
      const refused = mail.connection.closed().then((reason) => reason);
      const errors = (async () => {
        for await (const status of mail.connection.status()) if (status.type === 'error') return status.error;
        return refused;
      })();
      mail.connection.publish('evt.billing.v1.PaymentCaptured.wsp_1', 'forged');
      expect(String(await errors)).toMatch(/permission/i);
    } finally {
      await mail.close();
    }
  });

  it('refuses a wrong password, which is said when patience ends', async () => {
    await expect(provisionStreams(target('wrong', 500), { services: SERVICES })).rejects.toThrow(
      /could not be set up within 0.5 s: no broker lets the user provisioner in/,
    );
  });
});

it('the values for the chart of NATS hold the same users, and no password', () => {
  const { config, container } = usersAsChartValues('switchboard') as {
    config: {
      merge: { authorization: { users: { user: string; password: string; permissions: unknown }[] } };
    };
    container: { env: Record<string, { valueFrom: { secretKeyRef: { name: string; key: string } } }> };
  };
  const { users } = config.merge.authorization;
  expect(Object.fromEntries(users.map(({ user, permissions }) => [user, permissions]))).toEqual(
    brokerUsers(),
  );
  for (const { password } of users) {
    const variable = /^<< \$(\w+) >>$/.exec(password)?.[1] ?? password;
    expect(container.env[variable]?.valueFrom.secretKeyRef).toEqual({ name: 'switchboard', key: variable });
  }
});
