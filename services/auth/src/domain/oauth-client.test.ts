import { expect, it } from 'vitest';
import { readClientSecrets } from './oauth-client.ts';

const read = (value: unknown) => {
  const client = readClientSecrets(JSON.stringify(value));
  return client && { ...client, clientSecret: client.clientSecret.reveal() };
};

it('reads every form that vendors hand client secrets out in', () => {
  const secrets = { client_id: 'id', client_secret: 'secret' };
  const client = { clientId: 'id', clientSecret: 'secret' };
  expect(read(secrets)).toEqual(client);
  expect(read({ web: { ...secrets, redirect_uris: [] } })).toEqual(client);
  expect(read({ installed: secrets })).toEqual(client);
  expect(read({ appId: 'id', password: 'secret', displayName: 'x', tenant: 'contoso' })).toEqual({
    ...client,
    tenant: 'contoso',
  });
});

it.each([
  ['no JSON', '{'],
  ['nothing', '{}'],
  ['half', '{"client_id":"id"}'],
  ['an empty secret', '{"client_id":"id","client_secret":""}'],
  ['a line break in it', '{"client_id":"id","client_secret":"a\\nb"}'],
])('refuses %s', (_name, text) => {
  expect(readClientSecrets(text)).toBeUndefined();
});

it('never prints the secret', () => {
  const client = readClientSecrets('{"client_id":"id","client_secret":"canary"}');
  expect(JSON.stringify(client)).not.toContain('canary');
});
