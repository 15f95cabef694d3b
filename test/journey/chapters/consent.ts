import { chromiumPath, launch } from '@switchboard/testing/browser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Journey } from './journey.ts';

if (!chromiumPath) console.info('skipped: consent in a browser, because there is no Chromium here');

/** Accounts connected on the pages of their vendors. */
export function consentInABrowser(journey: Journey): void {
  describe.skipIf(!chromiumPath)('consent in a browser', { timeout: 90_000 }, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    }, 60_000);
    afterAll(() => browser.close());

    const START = `mutation ($input: ConnectionStartInput!) {
    connectionStart(input: $input) { authorizationUrl userErrors { code } } }`;
    const FINISH = `mutation ($input: ConnectionFinishInput!) {
    connectionFinish(input: $input) { connection { name vendor state purposes } userErrors { code } } }`;
    const started = async (vendor: string, purpose: string): Promise<string> => {
      const input = { vendor, purpose, returnUrl: `http://localhost:${journey.house.portBase}/health/live` };
      const { connectionStart } = await journey.walk.owner.call<{
        connectionStart: { authorizationUrl: string };
      }>(START, { input });
      return connectionStart.authorizationUrl;
    };
    /** Answers the vendor's page and comes back to the front end. */
    const answered = async (
      url: string,
      button: 'Allow' | 'Deny',
      address?: string,
    ): Promise<URLSearchParams> => {
      // Pages of the sandbox need no JavaScript.
      const page = await browser.newPage({ javaScriptEnabled: false });
      await page.goto(url);
      if (address !== undefined) await page.getByLabel('Another address').fill(address);
      await page.getByRole('button', { name: button }).click();
      await page.waitForURL(/\/health\/live/);
      const { searchParams } = new URL(page.url());
      await page.close();
      return searchParams;
    };

    it.each([
      ['GOOGLE', 'MAIL_SEND'],
      ['MICROSOFT', 'CALENDAR'],
      ['ZOOM', 'MEETINGS'],
    ])('at %s connects the account that the person picked', async (vendor, purpose) => {
      const back = await answered(await started(vendor, purpose), 'Allow', 'picked@example.com');
      const input = { state: back.get('state'), code: back.get('code') };
      const { connectionFinish } = await journey.walk.owner.call<{
        connectionFinish: { connection: object };
      }>(FINISH, {
        input,
      });
      expect(connectionFinish.connection).toEqual({
        name: 'picked@example.com',
        vendor,
        state: 'CONNECTED',
        purposes: [purpose],
      });
      const again = await journey.walk.owner.send(FINISH, { input });
      expect(again.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    });

    it('that the person refuses comes back as that', async () => {
      const back = await answered(await started('GOOGLE', 'MAIL'), 'Deny');
      expect(back.get('error')).toBe('access_denied');
      expect(back.get('code')).toBeNull();
    });
  });
}
