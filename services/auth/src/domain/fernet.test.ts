import { createCipheriv, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { openFernet, readFernetKey } from './fernet.ts';

// github.com/fernet/spec, generate.json and verify.json
const KEY = readFernetKey('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=') ?? new Uint8Array();
const TOKEN =
  'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';

it('opens what the specification has', () => {
  expect(openFernet(TOKEN, [KEY])).toBe('hello');
});

it('tries every key', () => {
  expect(openFernet(TOKEN, [new Uint8Array(32), KEY])).toBe('hello');
  expect(openFernet(TOKEN, [new Uint8Array(32)])).toBeUndefined();
  expect(openFernet(TOKEN, [])).toBeUndefined();
});

it('refuses whatever was changed, cut or made up', () => {
  const bytes = Buffer.from(TOKEN, 'base64url');
  for (let index = 0; index < bytes.length; index += 7) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(openFernet(changed.toString('base64url'), [KEY])).toBeUndefined();
  }
  for (const bad of ['', 'gAAAAA', TOKEN.slice(0, -8), `${TOKEN}AAAA`, 'not base64!', '%1%1']) {
    expect(openFernet(bad, [KEY])).toBeUndefined();
  }
});

it('refuses a signed token whose padding is wrong', () => {
  const iv = Buffer.alloc(16, 2);
  const cipher = createCipheriv('aes-128-cbc', KEY.subarray(16), iv).setAutoPadding(false);
  const body = Buffer.concat([cipher.update(Buffer.alloc(16, 0xff)), cipher.final()]);
  const signed = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), iv, body]);
  const mac = createHmac('sha256', KEY.subarray(0, 16)).update(signed).digest();
  expect(openFernet(Buffer.concat([signed, mac]).toString('base64url'), [KEY])).toBeUndefined();
});

it.each(['', 'short', 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4A=='])('takes %j for no key', (text) => {
  expect(readFernetKey(text)).toBeUndefined();
});
