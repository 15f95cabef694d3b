import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifySignature } from './stripe.signature.ts';

// A known answer: made and accepted by the vendor's own SDK.
const BODY = '{"id":"evt_test_webhook","object":"event"}';
const SECRET = 'whsec_test_secret';
const V1 = 'd95c6b7477fbd7e9f90b1b0ef5f9c7ac25abca5382460e0d988c2b2a5b71b990';
const OTHER = '1de589abed7921316157c1e4fb7961c5840dcd903a3c986f1febdea00ffb9247';
const SIGNED_AT = 1_700_000_000;

const signedWith = (secret: string) =>
  createHmac('sha256', secret).update(`${SIGNED_AT}.${BODY}`).digest('hex');

function verify(header: string, receivedAt: number, { body = BODY, secrets = [SECRET] } = {}) {
  return verifySignature(
    {
      headers: { 'stripe-signature': header },
      body: Buffer.from(body),
      receivedAt: new Date(receivedAt * 1_000),
    },
    secrets,
  );
}

describe('Stripe’s signature', () => {
  it('is accepted within 300 s, both ways, and with any of several while the secret is rolled', () => {
    expect(() => verify(`t=${SIGNED_AT},v1=${V1}`, SIGNED_AT + 300)).not.toThrow();
    expect(() => verify(`t=${SIGNED_AT},v1=${V1}`, SIGNED_AT - 300)).not.toThrow();
    expect(() => verify(`t=${SIGNED_AT},v1=${OTHER},v1=${V1},v0=abc`, SIGNED_AT)).not.toThrow();
  });

  it.each([
    ['the new one', [SECRET, 'whsec_old']],
    ['the one before', ['whsec_new', SECRET]],
  ])('is accepted with %s of two secrets', (_which, secrets) => {
    expect(() => verify(`t=${SIGNED_AT},v1=${V1}`, SIGNED_AT, { secrets })).not.toThrow();
  });

  it.each([
    ['old', `t=${SIGNED_AT},v1=${V1}`, SIGNED_AT + 301, {}],
    ['future', `t=${SIGNED_AT},v1=${V1}`, SIGNED_AT - 301, {}],
    ['over other bytes', `t=${SIGNED_AT},v1=${V1}`, SIGNED_AT, { body: `${BODY} ` }],
    ['of another secret', `t=${SIGNED_AT},v1=${V1}`, SIGNED_AT, { secrets: ['whsec_other'] }],
    ['without a time', `v1=${V1}`, SIGNED_AT, {}],
    ['of another scheme', `t=${SIGNED_AT},v0=${V1}`, SIGNED_AT, {}],
    ['absent', '', SIGNED_AT, {}],
    ['of a third secret', `t=${SIGNED_AT},v1=${V1}`, SIGNED_AT, { secrets: ['whsec_new', 'whsec_old'] }],
    ['checked with an empty secret', `t=${SIGNED_AT},v1=${signedWith('')}`, SIGNED_AT, { secrets: [''] }],
    ['checked with none', `t=${SIGNED_AT},v1=${V1}`, SIGNED_AT, { secrets: [] }],
  ])('is refused when %s', (_what, header, receivedAt, more) => {
    expect(() => verify(header, receivedAt, more)).toThrow(expect.objectContaining({ code: 'REJECTED' }));
  });
});
