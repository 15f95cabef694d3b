import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { IdentitySigner, IdentityVerifier, type RequestIdentity } from './index.ts';

const identity: RequestIdentity = {
  actor: { kind: 'user', workspaceId: 'wsp_1', mode: 'live', scopes: ['mail:send'], userId: 'usr_1' },
  requestId: 'req_1',
  correlationId: 'req_1',
  operation: 'mailSend',
  clientIp: '203.0.113.7',
};
const body = '{"query":"{ viewer { user { id } } }"}';

let signer: IdentitySigner;
let verifier: IdentityVerifier;
let publicJwk: JWK;
let gatewayKey: CryptoKey;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  gatewayKey = privateKey;
  publicJwk = await exportJWK(publicKey);
  signer = await IdentitySigner.create(await exportJWK(privateKey));
  verifier = await IdentityVerifier.create(publicJwk, 'mail');
});

describe('internal identity', () => {
  it('carries the request from the gateway to the subgraph it was signed for', async () => {
    expect(await verifier.verify(await signer.sign(identity, 'mail', body), body)).toEqual(identity);
  });

  const refusals: [string, () => Promise<string | undefined> | string | undefined][] = [
    ['no token', () => undefined],
    ['another audience', () => signer.sign(identity, 'billing', body)],
    ['another body', () => signer.sign(identity, 'mail', `${body} `)],
    [
      'alg none',
      () =>
        new UnsecuredJWT({ actor: identity.actor, rid: 'r', cid: 'c', bh: 'x' }).setAudience('mail').encode(),
    ],
    [
      'HS256 keyed with the public key',
      () =>
        new SignJWT({ actor: identity.actor, rid: 'r', cid: 'c', bh: 'x' })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('switchboard-gateway')
          .setAudience('mail')
          .setIssuedAt()
          .setExpirationTime('30s')
          .sign(new TextEncoder().encode(publicJwk.x)),
    ],
  ];
  it.each(refusals)('refuses %s', async (_name, token) => {
    await expect(verifier.verify(await token(), body)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  /** A token of the gateway's key with everything right but what is changed. */
  async function changed(change: Record<string, unknown>): Promise<string> {
    const claims = decodeJwt(await signer.sign(identity, 'mail', body));
    return new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'EdDSA' }).sign(gatewayKey);
  }
  const nowS = () => Math.floor(Date.now() / 1_000);

  it.each([
    ['another issuer', () => changed({ iss: 'switchboard-mail' })],
    ['no end', () => changed({ exp: undefined })],
    ['an end 6 s ago', () => changed({ exp: nowS() - 6 })],
    ['a beginning 10 minutes ahead', () => changed({ iat: nowS() + 600, exp: nowS() + 630 })],
    ['no digest of the body', () => changed({ bh: undefined })],
  ])('refuses %s even with the right key', async (_name, token) => {
    expect(await verifier.verify(await changed({}), body)).toEqual(identity);
    await expect(verifier.verify(await token(), body)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is accepted under either key while one takes the other’s place, and under the new one alone afterwards', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const nextSigner = await IdentitySigner.create(await exportJWK(privateKey));
    const nextJwk = await exportJWK(publicKey);
    const between = await IdentityVerifier.create([publicJwk, nextJwk], 'mail');
    for (const by of [signer, nextSigner]) {
      expect(await between.verify(await by.sign(identity, 'mail', body), body)).toEqual(identity);
      await expect(between.verify(await by.sign(identity, 'billing', body), body)).rejects.toThrow();
    }
    const after = await IdentityVerifier.create([nextJwk], 'mail');
    expect(await after.verify(await nextSigner.sign(identity, 'mail', body), body)).toEqual(identity);
    await expect(after.verify(await signer.sign(identity, 'mail', body), body)).rejects.toThrow();
  });

  it('refuses a token of another gateway key', async () => {
    const other = await generateKeyPair('EdDSA', { extractable: true });
    const forger = await IdentitySigner.create(await exportJWK(other.privateKey));
    await expect(verifier.verify(await forger.sign(identity, 'mail', body), body)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});
