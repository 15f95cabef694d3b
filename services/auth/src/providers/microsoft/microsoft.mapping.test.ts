import { expect, it } from 'vitest';
import { toMicrosoftPerson } from './microsoft.mapping.ts';

const TOKEN = { oid: 'o', tid: 't', name: 'Ana', preferred_username: 'Ana@Example.com' };

it('knows a person by directory and object, never by an address', () => {
  expect(toMicrosoftPerson(TOKEN)).toEqual({
    provider: 'MICROSOFT',
    subject: 't/o',
    email: 'ana@example.com',
    isEmailVerified: false,
    name: 'Ana',
  });
});

it.each([
  [{ email: 'ana@example.com' }, false],
  [{ email: 'ana@example.com', xms_edov: false }, false],
  [{ email: 'ana@example.com', xms_edov: true }, true],
  [{ email: 'ana@example.com', xms_edov: '1' }, true],
  [{ xms_edov: true }, false],
])('believes an address only when Microsoft knows its owner: %j', (more, isEmailVerified) => {
  expect(toMicrosoftPerson({ ...TOKEN, ...more })).toMatchObject({ isEmailVerified });
});

it.each([
  {},
  { ...TOKEN, oid: '' },
  { oid: 'o', tid: 't' },
  { ...TOKEN, preferred_username: 'nobody' },
  null,
])('knows nobody by %j', (token) => {
  expect(toMicrosoftPerson(token)).toBeUndefined();
});
