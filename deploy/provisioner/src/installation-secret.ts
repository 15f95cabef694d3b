import { brokerUsers } from './broker-users.ts';
import { makeEd25519, makeKey, makePassword, publicHalfOf } from './make-keys.ts';
import { passwordVariableOf, SERVICES } from './services.ts';

/**
 * New keys and passwords of one installation, by the variables that they are for. Databases and vendors are not among
 * them: theirs come from elsewhere.
 */
export function makeInstallationSecrets(): Readonly<Record<string, string>> {
  const [identity, controller] = [makeEd25519(), makeEd25519()];
  const passwords = Object.keys(brokerUsers()).map((user) => [passwordVariableOf(user), makePassword()]);
  return {
    GATEWAY_IDENTITY_PRIVATE_JWK: identity,
    IDENTITY_PUBLIC_JWK: publicHalfOf(identity),
    SUPERGRAPH_CONTROLLER_PRIVATE_JWK: controller,
    SUPERGRAPH_CONTROLLER_PUBLIC_JWK: publicHalfOf(controller),
    AUTH_SESSION_PRIVATE_JWK: makeEd25519(),
    AUTH_VAULT_KEY: makeKey(),
    AUDIT_CHECKPOINT_KEY: makeKey(),
    AUDIT_VAULT_KEY: makeKey(),
    ...Object.fromEntries(passwords),
  };
}

/** A Kubernetes Secret as a manifest. JSON is YAML. */
export function secretManifest(name: string, values: Readonly<Record<string, string>>): string {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData: values };
  return `${JSON.stringify(secret, null, 2)}\n`;
}

/** New passwords of the databases that the Compose file makes: of PostgreSQL itself, and two for each service. */
export function makeDatabasePasswords(): Readonly<Record<string, string>> {
  const users = SERVICES.flatMap((name) => [`${name}_OWNER`, `${name}_SERVICE`]);
  const names = ['POSTGRES', ...users].map((user) => `${user.toUpperCase()}_PASSWORD`);
  return Object.fromEntries(names.map((name) => [name, makePassword()]));
}

/** The same as lines of an environment file, as Docker Compose reads them. */
export function environmentFile(values: Readonly<Record<string, string>>): string {
  // Single quotes: Compose would take a dollar sign in anything else as a variable.
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}
