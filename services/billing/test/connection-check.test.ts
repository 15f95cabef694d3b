import { checkedLife, startTestService, type TestService } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { billing } from '../src/service.ts';

let house: TestService;
beforeAll(async () => {
  house = await startTestService(billing);
});
afterAll(() => house.stop());

it.each([
  ['stripe', 503, /^GET \S*\/v1\/payment_intents$/],
  ['paypal', 503, /^POST \S*\/v1\/oauth2\/token$/],
] as const)(
  'a connection to %s fares as the vendor says, asked by one request',
  async (vendor, failure, request) => {
    expect(await checkedLife(house, vendor, failure)).toEqual({
      good: '',
      asked: [expect.stringMatching(request)],
      failing: 'UNAVAILABLE',
      silent: 'UNAVAILABLE',
      recovered: '',
      revoked: 'RECONNECT_REQUIRED',
    });
  },
);
