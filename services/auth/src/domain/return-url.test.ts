import { expect, it } from 'vitest';
import { requireReturnUrl, withParameters } from './return-url.ts';

const ORIGINS = ['https://app.example.com', 'http://localhost:3000'];

it.each(['https://app.example.com/settings?tab=mail', 'http://localhost:3000/'])(
  'sends people back to %s',
  (url) => {
    expect(() => requireReturnUrl(url, ORIGINS)).not.toThrow();
  },
);

it.each([
  'https://evil.example/',
  'https://app.example.com.evil.example/',
  'https://app.example.com:444/',
  'https://app.example.com@evil.example/',
  'https://user:pass@app.example.com/',
  'http://app.example.com/',
  'javascript:alert(1)//https://app.example.com',
  '//app.example.com/',
  '/settings',
  '',
])('refuses %j', (url) => {
  expect(() => requireReturnUrl(url, ORIGINS)).toThrow(/RETURN_URL/);
});

it('goes where the address that was checked leads, however it is spelled', () => {
  const spelled = 'https://app.example.com\\@evil.example/';
  expect(() => requireReturnUrl(spelled, ORIGINS)).not.toThrow();
  expect(withParameters(spelled, {})).toBe('https://app.example.com/@evil.example/');
});

it('keeps what the address carries already', () => {
  expect(withParameters('https://app.example.com/s?tab=mail#x', { state: 'a b' })).toBe(
    'https://app.example.com/s?tab=mail&state=a+b#x',
  );
});
