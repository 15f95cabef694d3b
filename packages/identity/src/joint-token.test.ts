import { createHash } from 'node:crypto';
import {
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWK,
  SignJWT,
} from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { IdentitySigner, IdentityVerifier, type RequestIdentity } from './index.ts';

const identity = (requestId: string): RequestIdentity => ({
  actor: {
    kind: 'user',
    workspaceId: 'wsp_1',
    mode: 'live',
    scopes: ['mail:send'],
    userId: `usr_${requestId}`,
  },
  requestId,
  correlationId: requestId,
});
const body = '{"query":"{ viewer { user { id } } }"}';

let signer: IdentitySigner;
let publicJwk: JWK;
let gatewayKey: CryptoKey;
const verifierOf = (audience: string) => IdentityVerifier.create(publicJwk, audience);

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  gatewayKey = privateKey;
  publicJwk = await exportJWK(publicKey);
  signer = await IdentitySigner.create(await exportJWK(privateKey));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Two tokens of one moment: one for mail and `body`, one for billing and another body. */
function twoAtOnce(): Promise<[string, string]> {
  return Promise.all([
    signer.sign(identity('req_1'), 'mail', body),
    signer.sign(identity('req_2'), 'billing', 'other'),
  ]);
}

/** What stands before and behind the `~`. */
const partsOf = (token: string) => token.split('~') as [string, string];
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url');

/** A token of the gateway's key over claims of anybody's making. */
async function forged(
  claims: Record<string, unknown>,
  { typ = 'identities+jwt', issuer = 'switchboard-gateway', key = gatewayKey } = {},
): Promise<string> {
  const disclosure = base64url(claims);
  const jwt = await new SignJWT({ digests: [digestOf(disclosure)] })
    .setProtectedHeader({ alg: 'EdDSA', typ })
    .setIssuer(issuer)
    .setIssuedAt()
    .setExpirationTime('30s')
    .sign(key);
  return `${jwt}~${disclosure}`;
}

describe('identities that are signed together', () => {
  it('are accepted each by its own service, for its own body', async () => {
    const [forMail, forBilling] = await twoAtOnce();
    const mail = await verifierOf('mail');
    const billing = await verifierOf('billing');
    expect(await mail.verify(forMail, body)).toMatchObject(identity('req_1'));
    expect(await billing.verify(forBilling, 'other')).toMatchObject(identity('req_2'));
    for (const attempt of [
      mail.verify(forMail, 'other'),
      mail.verify(forBilling, 'other'),
      billing.verify(forMail, body),
    ])
      await expect(attempt).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('have one signature, which tells a service nothing about the identities of the others', async () => {
    const [jwt, other] = (await twoAtOnce()).map((token) => partsOf(token)[0]);
    expect(jwt).toBe(other);
    expect(Object.keys(decodeJwt(jwt ?? '')).sort()).toEqual(['digests', 'exp', 'iat', 'iss']);
  });

  it('are so many that a header can carry them, and one alone is a plain JWT', async () => {
    const mail = await verifierOf('mail');
    const tokens = await Promise.all(
      Array.from({ length: 40 }, (_, index) => signer.sign(identity(`req_${index}`), 'mail', body)),
    );
    expect(new Set(tokens.map((token) => partsOf(token)[0])).size).toBe(3);
    for (const [index, token] of tokens.entries()) {
      expect(token.length).toBeLessThan(2_000);
      expect((await mail.verify(token, body)).requestId).toBe(`req_${index}`);
    }
    const alone = await signer.sign(identity('req_1'), 'mail', body);
    expect(alone).not.toContain('~');
    expect(await mail.verify(alone, body)).toMatchObject(identity('req_1'));
  });

  it('end after 30 seconds, also where their signature was found to be good before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [forMail] = await twoAtOnce();
    const mail = await verifierOf('mail');
    await mail.verify(forMail, body);
    vi.setSystemTime(Date.now() + 36_000);
    await expect(mail.verify(forMail, body)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('are verified by one look at their signature', async () => {
    const tokens = await Promise.all([1, 2, 3].map((n) => signer.sign(identity(`req_${n}`), 'mail', body)));
    const mail = await verifierOf('mail');
    const verify = vi.spyOn(crypto.subtle, 'verify');
    for (const token of tokens) await mail.verify(token, body);
    expect(verify).toHaveBeenCalledTimes(1);
  });

  const claims = () => ({
    aud: 'mail',
    actor: identity('req_1').actor,
    rid: 'req_1',
    cid: 'req_1',
    bh: digestOf(body),
  });

  it('are refused in a form that the gateway does not make, whatever stands in them', async () => {
    const mail = await verifierOf('mail');
    const [forMail, forBilling] = await twoAtOnce();
    const [jwt, disclosure] = partsOf(forMail);
    const altered = base64url({
      ...JSON.parse(Buffer.from(disclosure, 'base64url').toString()),
      rid: 'req_9',
    });
    const alone = await signer.sign(identity('req_1'), 'mail', body);
    expect(decodeProtectedHeader(jwt).typ).toBe('identities+jwt');
    const tokens = {
      'claims that were altered': `${jwt}~${altered}`,
      'claims that are missing': `${jwt}~`,
      'a signature without claims': jwt,
      'claims twice': `${forMail}~${disclosure}`,
      'claims for another service': `${jwt}~${partsOf(forBilling)[1]}`,
      'the signature of one alone': `${alone}~${disclosure}`,
      'no signature': `~${disclosure}`,
    };
    for (const [what, token] of Object.entries(tokens))
      await expect(mail.verify(token, body), what).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await mail.verify(forMail, body)).toMatchObject(identity('req_1'));
  });

  it.each([
    ['another issuer', () => forged(claims(), { issuer: 'switchboard-supergraph-controller' })],
    ['another type', () => forged(claims(), { typ: 'JWT' })],
    ['another key', async () => forged(claims(), { key: (await generateKeyPair('EdDSA')).privateKey })],
    ['no service', () => forged({ ...claims(), aud: undefined })],
    ['several services', () => forged({ ...claims(), aud: ['mail', 'billing'] })],
    ['no actor', () => forged({ ...claims(), actor: undefined })],
    ['no digest of the body', () => forged({ ...claims(), bh: undefined })],
  ])('are refused with %s', async (_what, token) => {
    const mail = await verifierOf('mail');
    expect(await mail.verify(await forged(claims()), body)).toMatchObject(identity('req_1'));
    await expect(mail.verify(await token(), body)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('are accepted under either key while one takes the other’s place', async () => {
    const next = await generateKeyPair('EdDSA', { extractable: true });
    const nextSigner = await IdentitySigner.create(await exportJWK(next.privateKey));
    const between = await IdentityVerifier.create([publicJwk, await exportJWK(next.publicKey)], 'mail');
    for (const by of [signer, nextSigner]) {
      const tokens = await Promise.all(['req_1', 'req_2'].map((id) => by.sign(identity(id), 'mail', body)));
      for (const token of tokens) await between.verify(token, body);
    }
    const [forMail] = await twoAtOnce();
    const after = await IdentityVerifier.create(await exportJWK(next.publicKey), 'mail');
    await expect(after.verify(forMail, body)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
