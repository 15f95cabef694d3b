import { ConfigError, describeVariables, parseConfig } from '@switchboard/config';
import { isId } from '@switchboard/ids';
import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { type AuthConfig, authConfig, installationOf } from './config.ts';

const TWILIO = {
  AUTH_TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`,
  AUTH_TWILIO_AUTH_TOKEN: 'canary-token-of-twilio',
  AUTH_TWILIO_PHONE_NUMBER: '+14155550123',
};

async function sessionKey(): Promise<Record<string, string>> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { AUTH_SESSION_PRIVATE_JWK: JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'k1' }) };
}

async function load(environment: Record<string, string>): Promise<AuthConfig> {
  return parseConfig(authConfig, { ...(await sessionKey()), ...environment });
}

describe('configuration', () => {
  it('has a description and a secret mark for every variable', () => {
    const variables = describeVariables(authConfig);
    expect(variables.filter(({ description }) => description === '')).toEqual([]);
    const secret = variables.filter((variable) => variable.secret).map(({ name }) => name);
    expect(secret).toEqual(
      expect.arrayContaining(['AUTH_VAULT_KEY', 'AUTH_TWILIO_AUTH_TOKEN', 'AUTH_ZOOM_WEBHOOK_SECRET_TOKEN']),
    );
    expect(secret).not.toContain('AUTH_TWILIO_ACCOUNT_SID');
  });

  it('reads the addresses of super admins in their normal form, and refuses anything else', async () => {
    const { AUTH_SUPER_ADMINS } = await load({ AUTH_SUPER_ADMINS: 'Ana@Example.com, ,ben@example.com' });
    expect([...AUTH_SUPER_ADMINS]).toEqual(['ana@example.com', 'ben@example.com']);
    expect((await load({})).AUTH_SUPER_ADMINS).toHaveLength(0);
    await expect(load({ AUTH_SUPER_ADMINS: 'ana@example.com;ben' })).rejects.toThrow(
      /AUTH_SUPER_ADMINS: is not a list of e-mail addresses/,
    );
  });

  it('takes a vendor’s group whole or not at all, and shows no value', async () => {
    const { AUTH_TWILIO_PHONE_NUMBER: _left, ...half } = TWILIO;
    const failing = load({ ...half, AUTH_VAULT_KEY: 'canary-not-a-key' });
    await expect(failing).rejects.toThrow(/AUTH_TWILIO_PHONE_NUMBER: is required/);
    await expect(failing).rejects.toThrow(/AUTH_VAULT_KEY: is not 32 bytes/);
    await expect(failing).rejects.not.toThrow(/canary/);
  });

  it('asks for a vault key as soon as a vendor is real', async () => {
    const config = await load(TWILIO);
    expect(() => installationOf(config)).toThrow(ConfigError);
    const AUTH_VAULT_KEY = Buffer.alloc(32, 1).toString('base64');
    const { platformConnections } = installationOf(await load({ ...TWILIO, AUTH_VAULT_KEY }));
    expect(platformConnections).toMatchObject([{ vendor: 'TWILIO', sandbox: false }]);
  });

  it('gives the platform’s connections ids that survive a restart', async () => {
    const AUTH_VAULT_KEY = Buffer.alloc(32, 1).toString('base64');
    const environment = { ...TWILIO, AUTH_VAULT_KEY, AUTH_SANDBOX_URL: 'http://127.0.0.1:4010/' };
    const [one, two] = [installationOf(await load(environment)), installationOf(await load(environment))];
    const ids = one.platformConnections.map(({ id }) => id);
    expect(two.platformConnections.map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(7);
    expect(ids.every((id) => isId('con', id))).toBe(true);
    expect(one.sandbox?.url).toBe('http://127.0.0.1:4010');
    expect(one.isSandboxed('TWILIO', null)).toBe(false);
    expect(one.isSandboxed('STRIPE', null)).toBe(true);
    expect(one.platformNamed('TWILIO', 'platform', 'live')?.sandbox).toBe(false);
    expect(one.platformNamed('TWILIO', 'platform', 'test')?.sandbox).toBe(true);
    expect(one.platformNamed('TWILIO', 'sandbox', 'live')?.sandbox).toBe(true);
    expect(JSON.stringify(one)).not.toContain('canary');
  });
});
