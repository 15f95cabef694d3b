import { RpcClient } from '@switchboard/messaging';
import { ConnectionsService } from '@switchboard/proto-schemas';
import {
  checkConnection,
  checkedLife,
  platformConnectionId,
  startTestService,
  type TestService,
} from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { telephony } from '../src/service.ts';

let house: TestService;
beforeAll(async () => {
  house = await startTestService(telephony);
});
afterAll(() => house.stop());

it.each([['twilio', 503, /^GET \S+\/Accounts\/AC\w+\.json$/]] as const)(
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

it('is looked into for auth alone', async () => {
  const stranger = new RpcClient(await house.broker.connect('audit'));
  const request = { vendor: 'twilio', connectionId: platformConnectionId('twilio') };
  await expect(
    stranger.ask(ConnectionsService.method.check, request, { owner: 'telephony' }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('that nobody has, or that is not of this service, has no health', async () => {
  await expect(
    checkConnection(house, { vendor: 'twilio', connectionId: 'con_nobody' }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(
    checkConnection(house, { vendor: 'stripe', connectionId: platformConnectionId('stripe') }),
  ).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});
