import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@switchboard/errors';
import { Secret } from '@switchboard/observability';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TransitKeyKeeper } from './transit.key-keeper.ts';

let server: Server;
let url: string;
/** What the stand-in answers, one after the other; the last one stays. */
let answers: { status: number; body: unknown }[];
const asked: { path: string | undefined; token: unknown; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      asked.push({ path: request.url, token: request.headers['x-vault-token'], body });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer?.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});
beforeEach(() => asked.splice(0));

const PLAINTEXT = Buffer.alloc(32, 9).toString('base64');
const RIGHT = { status: 200, body: { data: { plaintext: PLAINTEXT } } };
const keeper = (at = url) =>
  new TransitKeyKeeper({ url: at, token: new Secret('canary'), keyName: 'switchboard' }, 1);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (thrown) => AppError.from(thrown).code,
  );

it('asks for the plaintext of a ciphertext, as the key service documents it', async () => {
  answers = [RIGHT];
  expect((await keeper().decrypt('vault:v1:abc=')).reveal()).toBe(PLAINTEXT);
  expect(asked).toEqual([
    { path: '/v1/transit/decrypt/switchboard', token: 'canary', body: '{"ciphertext":"vault:v1:abc="}' },
  ]);
});

it('tries again while it is sealed or away, and not for ever', async () => {
  answers = [{ status: 503, body: {} }, RIGHT];
  expect((await keeper().decrypt('vault:v1:abc=')).reveal()).toBe(PLAINTEXT);
  answers = [{ status: 503, body: {} }];
  expect(await codeOf(keeper().decrypt('vault:v1:abc='))).toBe('UNAVAILABLE');
  expect(asked).toHaveLength(5);
  expect(await codeOf(keeper('http://127.0.0.1:9').decrypt('vault:v1:abc='))).toBe('UNAVAILABLE');
});

it.each([
  [400, { errors: ['invalid ciphertext'] }],
  [403, { errors: ['permission denied'] }],
  [200, { data: {} }],
  [200, 'canary'],
])('takes %s %j for a refusal, asks once, and repeats nothing of it', async (status, body) => {
  answers = [{ status, body }];
  const refused = await keeper()
    .decrypt('vault:v1:abc=')
    .catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ code: 'REJECTED' });
  expect(`${refused}`).not.toContain('canary');
  expect(asked).toHaveLength(1);
});
