import { join } from 'node:path';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { describe, expect, it } from 'vitest';
import { searchFolder, searchText } from '../../src/canaries/search.ts';
import { until } from '../../src/house/until.ts';
import type { Journey } from './journey.ts';

/** Nothing of all this may stand where it does not belong. */
export function canaries(journey: Journey): void {
  describe('secrets and personal data of all this', () => {
    it('are in no log, event, answer to strangers, or link of the audit chain', async () => {
      const { owner, colleague, customer } = journey.walk.people;
      const { apiKeyCreate } = await journey.walk.owner.call<{ apiKeyCreate: { secret: string } }>(
        'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { secret apiKey { id } userErrors { code } } }',
        { input: { name: 'Canary key', scopes: ['audit:read'] } },
      );
      const partner = journey.house.client().as(apiKeyCreate.secret);
      const audit = await until('the key in the trail', async () => {
        const { data } = await partner.send(
          '{ auditEntries(first: 100) { nodes { type data subjects actor { userId } } } }',
        );
        const text = JSON.stringify(data);
        return text.includes('ApiKeyCreated') && text;
      });
      await journey.house.client().as('sb_live_nonsense_canary-credential').send('{ viewer { role } }');
      const canaries = {
        password: owner.password,
        'other password': colleague.password,
        'access token': journey.walk.owner.credential ?? '',
        'API key': apiKeyCreate.secret,
        'wrong credential': 'canary-credential',
        'Twilio token': sandboxAccounts.twilio.authToken,
        'Stripe key': sandboxAccounts.stripe.secretKey,
        'PayPal secret': sandboxAccounts.paypal.clientSecret,
        'Zoom secret': sandboxAccounts.zoom.clientSecret,
        'SendGrid key': sandboxAccounts.sendgrid.apiKey,
        'owner address': owner.email,
        'colleague address': colleague.email,
        'customer address': customer.email,
        'customer number': customer.phone,
        'customer name': customer.name,
        'text of the SMS': 'Your appointment is tomorrow.',
        'text of the call': 'Your table is ready now.',
        'text of the mail': 'Thank you for your payment.',
        'title of the meeting': 'Kick-off',
      };
      // The search itself can find something: what is meant to be there.
      const events = join(journey.house.dataDir, 'nats');
      expect(searchFolder(events, { event: 'evt.telephony.v1.SmsQueued' }).length).toBeGreaterThan(0);
      expect(searchText('audit', audit, { id: journey.walk.smsId })).toHaveLength(1);

      expect(searchFolder(join(journey.house.dataDir, 'logs'), canaries)).toEqual([]);
      expect(searchFolder(events, canaries)).toEqual([]);
      expect(searchText('audit', audit, canaries)).toEqual([]);
      expect(searchText('answers to strangers', journey.told.join('\n'), canaries)).toEqual([]);
    }, 60_000);
  });
}
