import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { describe, expect, it } from 'vitest';
import { until } from '../../src/house/until.ts';
import type { Journey } from './journey.ts';
import { signUp } from './sign-up.ts';

/** A credential from its refusal to its replacement. */
export function refusedCredential(journey: Journey): void {
  describe('a credential that the vendor refuses', () => {
    it('shows as disconnected among the integrations, until one that works takes its place', async () => {
      const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
      const client = await signUp(journey.house, 'Wrong token Ltd');
      const save = (token: string) =>
        client.call(
          `mutation ($input: TwilioSettingsSaveInput!) {
          twilioSettingsSave(input: $input) { twilioSettings { id } userErrors { code } } }`,
          { input: { accountSid, authToken: token, phoneNumber } },
        );
      const verify = () =>
        client.send(
          'mutation { twilioSettingsVerify { twilioSettings { isVerified } userErrors { code } } }',
        );
      const becomes = (state: string) =>
        until(`Twilio to be ${state}`, async () => {
          const { integrations } = await client.call<{ integrations: { vendor: string; state: string }[] }>(
            '{ integrations { vendor state } }',
          );
          return integrations.some((one) => one.vendor === 'TWILIO' && one.state === state);
        });
      await save('f'.repeat(32));
      expect(JSON.stringify(await verify())).toContain('RECONNECT_REQUIRED');
      await becomes('DISCONNECTED');
      await save(authToken);
      await becomes('CONNECTED');
      expect(JSON.stringify(await verify())).toContain('"isVerified":true');
    }, 60_000);
  });
}
