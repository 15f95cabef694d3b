import { expect, it } from 'vitest';
import { hmac } from './digest.ts';
import { hashRecoveryCode, newRecoveryCode, sixDigitsOf } from './second-factor.ts';

it('makes recovery codes of 80 bits that differ and are read however they are typed', () => {
  const codes = Array.from({ length: 200 }, newRecoveryCode);
  expect(new Set(codes).size).toBe(200);
  for (const code of codes) expect(code).toMatch(/^[a-z0-9]{4}(-[a-z0-9]{4}){3}$/);
  const [code = ''] = codes;
  expect(hashRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')} `)).toBe(hashRecoveryCode(code));
  expect(hashRecoveryCode(code)).not.toBe(hashRecoveryCode(codes[1] ?? ''));
});

it('derives six digits from a signature, leading zeros kept, spread evenly', () => {
  const key = Buffer.alloc(32, 1);
  const codes = Array.from({ length: 2_000 }, (_, n) => sixDigitsOf(hmac(key, `challenge/${n}`)));
  for (const code of codes) expect(code).toMatch(/^\d{6}$/);
  expect(new Set(codes).size).toBeGreaterThan(1_980);
  expect(codes.some((code) => code.startsWith('0'))).toBe(true);
});
