import { describe, expect, it } from 'vitest';
import { isAllowedFrom, requireAddressList } from './address-list.ts';

describe('an allow-list of addresses', () => {
  it.each([
    [[], '203.0.113.7', true],
    [[], '', true],
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '::ffff:203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.8', false],
    [['203.0.113.0/24', '2001:db8::/32'], '203.0.113.255', true],
    [['203.0.113.0/24', '2001:db8::/32'], '2001:db8:1::1', true],
    [['203.0.113.0/24', '2001:db8::/32'], '2001:db9::1', false],
    [['203.0.113.0/24'], '', false],
    [['203.0.113.0/24'], 'unknown', false],
  ])('%j lets %s in: %s', (list, address, expected) => {
    expect(isAllowedFrom(list, address)).toBe(expected);
  });

  it('takes addresses and networks, each once', () => {
    const list = requireAddressList(
      [' 203.0.113.7', '203.0.113.7', '2001:db8::/32', '10.0.0.0/8'],
      'input.x',
    );
    expect(list).toEqual(['203.0.113.7', '2001:db8::/32', '10.0.0.0/8']);
  });

  it.each([
    '',
    'example.com',
    '203.0.113.0/33',
    '203.0.113.0/',
    '203.0.113.0/24/1',
    '203.0.113.*',
    '::/129',
    '1.2.3',
  ])('refuses %j', (entry) => {
    expect(() => requireAddressList([entry], 'input.x')).toThrow(/ADDRESS_INVALID/);
  });

  it('refuses more than 50 entries', () => {
    const many = Array.from({ length: 51 }, (_, index) => `203.0.113.${index}`);
    expect(() => requireAddressList(many, 'input.x')).toThrow(/ADDRESSES_TOO_MANY/);
  });
});
