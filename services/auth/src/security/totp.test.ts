import { generateSync } from 'otplib';
import { expect, it } from 'vitest';
import { newTotpSecret, totpUrl, verifyTotp } from './totp.ts';

const NOW = new Date('2026-11-20T09:00:10Z');
const STEP = Math.floor(NOW.getTime() / 30_000);
const secret = newTotpSecret();
const codeAt = (offsetS: number) => generateSync({ secret, epoch: NOW.getTime() / 1_000 + offsetS });

it('accepts the code of now and of the 30 seconds before and after', async () => {
  expect(await verifyTotp(secret, codeAt(0), 0, NOW)).toBe(STEP);
  expect(await verifyTotp(secret, codeAt(-30), 0, NOW)).toBe(STEP - 1);
  expect(await verifyTotp(secret, codeAt(30), 0, NOW)).toBe(STEP + 1);
  expect(await verifyTotp(secret, codeAt(-90), 0, NOW)).toBeUndefined();
  expect(await verifyTotp(secret, codeAt(90), 0, NOW)).toBeUndefined();
});

it('accepts no code twice, nor one before it', async () => {
  expect(await verifyTotp(secret, codeAt(0), STEP, NOW)).toBeUndefined();
  expect(await verifyTotp(secret, codeAt(-30), STEP, NOW)).toBeUndefined();
  expect(await verifyTotp(secret, codeAt(30), STEP, NOW)).toBe(STEP + 1);
  expect(await verifyTotp(secret, codeAt(30), STEP + 1, NOW)).toBeUndefined();
});

it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('refuses %j', async (code) => {
  expect(await verifyTotp(secret, code, 0, NOW)).toBeUndefined();
});

it('gives the address that apps read', () => {
  const url = new URL(totpUrl(secret, 'ana@example.com'));
  expect(url.protocol).toBe('otpauth:');
  expect(url.searchParams.get('secret')).toBe(secret);
  expect(url.searchParams.get('issuer')).toBe('Switchboard');
});
