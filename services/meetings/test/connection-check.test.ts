import { checkedLife, startTestService, type TestService } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { meetings } from '../src/service.ts';

let house: TestService;
beforeAll(async () => {
  house = await startTestService(meetings);
});
afterAll(() => house.stop());

it.each([['zoom', 503, /^POST \S*\/oauth\/token/]] as const)(
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
