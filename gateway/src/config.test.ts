import { ConfigError } from '@switchboard/config';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

const jwk = JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' });

describe('the configuration', () => {
  it('needs only the secrets', () => {
    const config = loadConfig({ GATEWAY_IDENTITY_PRIVATE_JWK: jwk, GATEWAY_NATS_PASSWORD: 'p' });
    expect(config.port).toBe(4000);
    expect(config.serviceUrls.telephony).toBe('http://127.0.0.1:4003');
    expect(config.supergraphFile).toMatch(/gateway\/supergraph\.graphql$/);
    expect(config.trustedProxies).toEqual([]);
  });

  it('names every mistake together and shows no value', () => {
    const load = () => loadConfig({ GATEWAY_PORT: 'x', GATEWAY_JWKS_URL: 'hunter2' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/GATEWAY_PORT[\s\S]*GATEWAY_IDENTITY_PRIVATE_JWK[\s\S]*GATEWAY_JWKS_URL/);
    expect(load).not.toThrow(/hunter2/);
    expect(() => loadConfig({ GATEWAY_IDENTITY_PRIVATE_JWK: '{}', GATEWAY_NATS_PASSWORD: 'p' })).toThrow(
      'GATEWAY_IDENTITY_PRIVATE_JWK: not a private Ed25519 JWK',
    );
  });
});
