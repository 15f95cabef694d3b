import { type BrokerPermissions, brokerPermissions } from '@switchboard/messaging';
import { passwordVariableOf, SERVICES } from './services.ts';

/** The users of the broker, by name. */
export function brokerUsers(): Readonly<Record<string, BrokerPermissions>> {
  return brokerPermissions(SERVICES);
}

/**
 * The part of nats-server's configuration that says who may do what. Passwords are taken from the server's
 * environment (`AUTH_NATS_PASSWORD` and so on), so the text holds none.
 */
export function usersAsServerConfig(): string {
  const lines = Object.entries(brokerUsers()).map(([user, permissions]) => {
    const name = JSON.stringify(user);
    // The server reads JSON; only the variable is its own notation.
    return `    { user: ${name}, password: $${passwordVariableOf(user)}, permissions: ${JSON.stringify(permissions)} }`;
  });
  return `authorization {\n  timeout: 5\n  users: [\n${lines.join('\n')}\n  ]\n}\n`;
}

/**
 * The same as values of the NATS project's own chart (https://github.com/nats-io/k8s), which passes what stands
 * between `<<` and `>>` to nats-server as it is. JSON is YAML.
 * @param secretName the Secret that holds the passwords, under the names of their variables.
 */
export function usersAsChartValues(secretName: string): Readonly<Record<string, unknown>> {
  const users = Object.entries(brokerUsers()).map(([user, permissions]) => ({
    user,
    password: `<< $${passwordVariableOf(user)} >>`,
    permissions,
  }));
  const passwords = Object.keys(brokerUsers()).map((user) => {
    const key = passwordVariableOf(user);
    return [key, { valueFrom: { secretKeyRef: { name: secretName, key } } }];
  });
  return {
    config: { merge: { authorization: { timeout: 5, users } } },
    container: { env: Object.fromEntries(passwords) },
  };
}
