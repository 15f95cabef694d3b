import { expect, it } from 'vitest';
import { idTime, isId, newId, parseId } from './index.ts';

it('makes ids that sort in the order they were made', () => {
  const ids = Array.from({ length: 1000 }, () => newId('msg'));
  expect([...ids].sort()).toEqual(ids);
});

it('tells well-formed ids from everything else', () => {
  expect(isId('msg', newId('msg'))).toBe(true);
  expect(isId('sms', newId('msg'))).toBe(false);
  for (const bad of [
    'msg_',
    'msg_01J',
    'msg_8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
    'MSG_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    '',
    7,
  ]) {
    expect(isId('msg', bad)).toBe(false);
  }
  expect(parseId('msg_01ARZ3NDEKTSV4RRFFQ69G5FAV')).toEqual({
    prefix: 'msg',
    ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  });
});

it('reads the time back', () => {
  const before = Date.now();
  const time = idTime(newId('evt')) ?? 0;
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
  expect(idTime('nonsense')).toBeUndefined();
});
