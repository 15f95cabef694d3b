import { describe, expect, it } from 'vitest';
import type { Journey } from './journey.ts';

/** How each vendor fares, for those who may know. */
export function integrationsHealth(journey: Journey): void {
  describe('GET /health/integrations', () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${journey.house.url}/health/integrations`, { headers });

    it('says how each vendor fares for the caller', async () => {
      const response = await ask({ authorization: `Bearer ${journey.walk.owner.credential}` });
      const { integrations } = (await response.json()) as {
        integrations: { vendor: string; state: string }[];
      };
      expect(response.status).toBe(200);
      const inState = (wanted: string) =>
        integrations.flatMap(({ vendor, state }) => (state === wanted ? [vendor] : [])).sort();
      // Connected by consent above, where there is a browser.
      expect([...inState('CONNECTED'), ...inState('DISCONNECTED')].sort()).toEqual([
        'GOOGLE',
        'MICROSOFT',
        'PAYPAL',
        'SENDGRID',
        'SMTP',
        'STRIPE',
        'TWILIO',
        'ZOOM',
      ]);
      expect(inState('NOT_CONFIGURED')).toEqual(['ANTHROPIC', 'FIREBASE', 'GA4', 'GITHUB', 'OPENAI']);
    });

    it('answers nobody without a credential that is valid', async () => {
      for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: `Bearer sb_live_x_y` }]) {
        const response = await ask(headers);
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
      }
    });
  });
}
