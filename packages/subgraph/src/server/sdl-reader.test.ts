import { createHash } from 'node:crypto';
import { IDENTITY_HEADER, IdentitySigner, SDL_REQUEST_BODY, SdlSigner } from '@switchboard/identity';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calls, type Fixture, startFixture } from '../subgraph.fixture.ts';

let fixture: Fixture;
let withoutReader: Fixture;
let controllerKey: CryptoKey;
let controller: SdlSigner;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  controllerKey = privateKey;
  controller = SdlSigner.create(await exportJWK(privateKey));
  fixture = await startFixture({ sdlReader: await exportJWK(publicKey) });
  withoutReader = await startFixture();
});
afterAll(async () => {
  await fixture.server.close();
  await withoutReader.server.close();
});

async function ask(token: string, body: string, url = fixture.url): Promise<Response> {
  const headers = { 'content-type': 'application/json', [IDENTITY_HEADER]: token };
  return fetch(`${url}/graphql`, { method: 'POST', body, headers });
}

/** A token of the controller's own key, for whatever body and with whatever claims. */
function stretched(body: string, claims: Record<string, unknown> = {}): Promise<string> {
  const bh = createHash('sha256').update(body).digest('base64url');
  return new SignJWT({ rid: 'req_1', cid: 'req_1', bh, ...claims })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('switchboard-supergraph-controller')
    .setAudience('notes')
    .setIssuedAt()
    .setExpirationTime('30s')
    .sign(controllerKey);
}

describe('the supergraph controller', () => {
  it('is told the SDL', async () => {
    const response = await ask(controller.sign('notes'), SDL_REQUEST_BODY);
    expect(response.status).toBe(200);
    const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
    expect(data._service.sdl).toContain('type Note');
  });

  const others = [
    '{"query":"{ notes { nodes { id } } }"}',
    '{"query":"{ _service { sdl } __schema { queryType { name } } }"}',
    '{"query":"{ _service { sdl } } "}',
    '{"query":"{ _entities(representations: []) { __typename } }"}',
    '{"query":"mutation { noteAdd(input: {}) { note { id } } }"}',
  ];
  it.each(others)('is refused %s, even with a token signed for it', async (body) => {
    calls.resolvers = 0;
    expect((await ask(controller.sign('notes'), body)).status).toBe(401);
    expect((await ask(await stretched(body), body)).status).toBe(401);
    expect(calls.resolvers).toBe(0);
  });

  it('cannot call itself the gateway, nor name an actor', async () => {
    const body = '{"query":"{ notes { nodes { id } } }"}';
    const actor = { kind: 'user', workspaceId: 'wsp_1', mode: 'live', scopes: ['notes:read'] };
    const gateway = await IdentitySigner.create(await exportJWK(controllerKey));
    const identity = { actor: { kind: 'anonymous' as const }, requestId: 'r', correlationId: 'r' };
    expect((await ask(await gateway.sign(identity, 'notes', body), body)).status).toBe(401);
    expect((await ask(await stretched(body, { actor }), body)).status).toBe(401);
  });

  it('is refused with the wrong audience, the wrong key, and once its token is old', async () => {
    expect((await ask(controller.sign('mail'), SDL_REQUEST_BODY)).status).toBe(401);
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const forger = SdlSigner.create(await exportJWK(privateKey));
    expect((await ask(forger.sign('notes'), SDL_REQUEST_BODY)).status).toBe(401);
    const past = Math.floor(Date.now() / 1_000) - 60;
    const old = await new SignJWT({
      rid: 'r',
      cid: 'r',
      bh: createHash('sha256').update(SDL_REQUEST_BODY).digest('base64url'),
      iss: 'switchboard-supergraph-controller',
      aud: 'notes',
      iat: past,
      exp: past + 30,
    })
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(controllerKey);
    expect((await ask(old, SDL_REQUEST_BODY)).status).toBe(401);
  });

  it('is refused where no key of it is known', async () => {
    expect((await ask(controller.sign('notes'), SDL_REQUEST_BODY, withoutReader.url)).status).toBe(401);
  });

  it("has no key that the gateway's token could be taken for", async () => {
    const identity = { actor: { kind: 'anonymous' as const }, requestId: 'r', correlationId: 'r' };
    const token = await fixture.signer.sign(identity, 'notes', SDL_REQUEST_BODY);
    expect((await ask(token, SDL_REQUEST_BODY)).status).toBe(200);
  });
});
