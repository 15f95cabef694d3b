import { checkedLife, startTestService, type TestService } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mail } from '../src/service.ts';

let house: TestService;
beforeAll(async () => {
  house = await startTestService(mail);
});
afterAll(() => house.stop());

it.each([
  ['sendgrid', 503, /^GET \S*\/v3\/scopes$/],
  ['smtp', 454, /^AUTH /],
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
