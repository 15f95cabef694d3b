import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signUp, startAuth } from './harness.ts';

/** A key service at the edge of the process: it knows one ciphertext. */
let server: Server;
let url: string;
let isAllowed = true;
const CIPHERTEXT = 'vault:v1:c2VhbGVk';

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const isRight = isAllowed && JSON.parse(body).ciphertext === CIPHERTEXT;
      response.writeHead(isRight ? 200 : 403);
      const plaintext = Buffer.alloc(32, 7).toString('base64');
      response.end(JSON.stringify(isRight ? { data: { plaintext } } : { errors: ['permission denied'] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const access = () => ({
  AUTH_TRANSIT_URL: url,
  AUTH_TRANSIT_TOKEN: 'token',
  AUTH_TRANSIT_KEY: 'switchboard',
});
const SECRETS = [
  { name: 'secretKey', value: 'sk_live_1' },
  { name: 'webhookSecret', value: 'whsec_1' },
];

it('a vault key that a key service encrypted opens and seals like any other, also once the service is away', async () => {
  const auth = await startAuth({ AUTH_VAULT_KEY: CIPHERTEXT, ...access() });
  isAllowed = false;
  try {
    const { actor } = await signUp(auth);
    const input = { vendor: 'STRIPE', name: 'Ours', secrets: SECRETS };
    const { connection } = await auth.mutate(actor, 'connectionCreate', input, 'connection { id }');
    expect(connection.id).toMatch(/^con_/);
  } finally {
    isAllowed = true;
    await auth.stop();
  }
});

it('without the key service, or against its will, there is no start', async () => {
  await expect(startAuth({ AUTH_VAULT_KEY: CIPHERTEXT })).rejects.toThrow(/AUTH_TRANSIT_URL is required/);
  const other = { AUTH_VAULT_KEY: 'vault:v1:b3RoZXI=', ...access() };
  await expect(startAuth(other)).rejects.toThrow(/transit.decrypt failed/);
});
