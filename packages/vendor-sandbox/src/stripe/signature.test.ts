import { describe, expect, it } from 'vitest';
import { stripeSignature } from './signature.ts';

/** Known answers of stripe@23.1.0's generateTestHeaderString. */
describe('stripeSignature', () => {
  it.each([
    [
      '{"id":"evt_test_webhook","object":"event"}',
      1700000000,
      'whsec_test_secret',
      'd95c6b7477fbd7e9f90b1b0ef5f9c7ac25abca5382460e0d988c2b2a5b71b990',
    ],
    [
      '{"id":"evt_2","object":"event","note":"grüße 💶"}',
      1700000001,
      'whsec_test_secret',
      '2c30976a0014b49f8ef0e800f93ff47e5731d8621616f562658b9ca12316b382',
    ],
    [
      '{\n  "id": "evt_3",\n  "object": "event"\n}',
      1700000002,
      'whsec_other',
      '2eb63bbdd63ddb237e851d8298f5d8b1071a9a418fd604b7a2155ea2d0a2d061',
    ],
  ])('signs %j as the vendor does', (body, timestamp, secret, digest) => {
    expect(stripeSignature(secret, timestamp, body)).toBe(`t=${timestamp},v1=${digest}`);
  });
});
