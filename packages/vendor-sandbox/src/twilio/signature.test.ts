import { describe, expect, it } from 'vitest';
import { twilioSignature } from './signature.ts';

/** Known answers of twilio@6.2.0's getExpectedTwilioSignature. */
describe('twilioSignature', () => {
  it.each([
    ['no parameters', 'https://example.com/path?b=2&a=1', {}, 'Cz8Cg4R9/YEVnmTYzETJ5y5VGWY='],
    [
      'capitals before small letters',
      'https://example.com/sms',
      { b: '1', A: '2', a: '3', Z: '4' },
      'XlnA0q4GKQcsB7YFYWsv51BDrxg=',
    ],
    [
      'unicode and empty values',
      'https://example.com/sms',
      { Body: 'żółć 😀', NumMedia: '0', ForwardedFrom: '' },
      'Gg5FdRipQ4HsMkJOmzbRPWHcKKc=',
    ],
  ])('signs as the vendor does: %s', (_name, url, parameters, signature) => {
    expect(twilioSignature('12345', url, parameters)).toBe(signature);
  });
});
