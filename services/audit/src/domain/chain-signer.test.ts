import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { ChainSigner } from './chain-signer.ts';

const key = randomBytes(32);
const signer = new ChainSigner(key);
const end = { workspaceId: 'wsp_1', sequence: 7, hash: 'a'.repeat(64) };

it('believes its own signature of exactly this end, and none of another kind', () => {
  const signature = signer.sign('head', end);
  expect(signer.verify('head', end, signature)).toBe(true);
  expect(signer.verify('checkpoint', end, signature)).toBe(false);
  for (const other of [{ workspaceId: 'wsp_2' }, { sequence: 6 }, { hash: 'b'.repeat(64) }]) {
    expect(signer.verify('head', { ...end, ...other }, signature)).toBe(false);
  }
});

it.each(['', '.', 'x', '00000000.AAAA'])('does not believe "%s"', (signature) => {
  expect(signer.verify('head', end, signature)).toBe(false);
});

it('believes the key before until it is taken away', () => {
  const signature = signer.sign('checkpoint', end);
  const next = randomBytes(32);
  expect(new ChainSigner(next, key).verify('checkpoint', end, signature)).toBe(true);
  expect(new ChainSigner(next).verify('checkpoint', end, signature)).toBe(false);
  expect(new ChainSigner(next, key).sign('checkpoint', end)).not.toBe(signature);
});

it('reads a checkpoint back for its workspace only', () => {
  const text = signer.issue(end);
  expect(signer.read('wsp_1', text)).toEqual(end);
  expect(signer.read('wsp_2', text)).toBeUndefined();
  expect(signer.read('wsp_1', text.replace('7.', '8.'))).toBeUndefined();
  expect(signer.read('wsp_1', 'anything')).toBeUndefined();
});
