import { chromiumPath, launch } from '@switchboard/testing/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedPage, servePage } from './page.fixture.ts';

const TOKEN = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3JfMSJ9.first-signature-of-the-demo';
const NEXT_TOKEN = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3JfMSJ9.other-signature-of-the-demo';

if (!chromiumPath) console.log('skipped: the explorer in a browser, because there is no Chromium here');

// A browser beside everything else that a test run starts is slow on a small machine.
describe.skipIf(!chromiumPath)('the explorer in a browser', { timeout: 90_000 }, () => {
  let served: ServedPage;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    served = await servePage();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  async function open(path = '/'): Promise<void> {
    await page?.context().close();
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    complaints = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(served.url) && !/^(blob|data):/.test(request.url())) {
        complaints.push(`asked elsewhere: ${request.url()}`);
      }
    });
    await page.goto(served.url + path);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  }

  const headers = () => page.locator('.graphiql-editor-tool .graphiql-editor').nth(1);
  const showHeaders = () => page.getByRole('button', { name: 'Headers' }).click();
  const demoButton = () => page.locator('button.demo');

  function signedUp(accessToken: string, lifeMs = 900_000) {
    const expiresAt = new Date(Date.now() + lifeMs).toISOString();
    const session = { accessToken, refreshToken: 'r', expiresAt };
    return { user: null, workspace: null, session, userErrors: [] };
  }

  it('shows editor, tour and documentation under the strict policy, and asks nobody else', async () => {
    await open();
    await page.getByText('WhoAmI').first().waitFor();
    await page.getByRole('button', { name: /documentation/i }).click();
    // The schema has arrived once its root types are listed.
    await page.getByText('All Schema Types').waitFor();
    expect(complaints).toEqual([]);
  });

  it('makes a demo user and signs every tab in with it', async () => {
    served.auth.answers = { userSignUp: signedUp(TOKEN) };
    await open();
    await demoButton().click();
    await page.locator('.who strong').waitFor();
    const asked = served.auth.asked.at(-1)?.variables as { input?: { email: string } };
    await showHeaders();
    await headers().getByText(TOKEN).waitFor();
    await page.getByText('Send a text message').click();
    await headers().getByText(TOKEN).waitFor();
    await page.getByText('How each vendor fares').click();
    await headers().getByText(TOKEN).waitFor();
    expect(await page.locator('.who').textContent()).toContain(asked.input?.email ?? 'nobody asked');
    expect(complaints).toEqual([]);
  });

  it('keeps the session fresh and replaces the old token in the tabs', async () => {
    served.auth.answers = {
      userSignUp: signedUp(TOKEN, 1_000),
      sessionRefresh: { session: signedUp(NEXT_TOKEN).session, userErrors: [] },
    };
    await open();
    await showHeaders();
    await demoButton().click();
    await headers().getByText(NEXT_TOKEN).waitFor();
    await page.reload();
    await page.locator('.who strong').waitFor();
  });

  it('says why no demo workspace was made', async () => {
    served.auth.answers = undefined;
    await open();
    await demoButton().click();
    const problem = page.locator('p[role=alert]');
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(/No demo workspace was made: .*UNAVAILABLE/);
    expect(await demoButton().isEnabled()).toBe(true);

    const refusal = { code: 'EMAIL_TAKEN', message: 'This address has an account.', path: null };
    served.auth.answers = {
      userSignUp: {
        user: null,
        workspace: null,
        session: null,
        userErrors: [{ __typename: 'InputRefused', ...refusal }],
      },
    };
    await demoButton().click();
    await page.getByText('This address has an account.').waitFor();
  });

  it("opens a mail's link with its token, which leaves the address bar", async () => {
    await open('/verify-email/token-from-the-mail');
    await page.getByText('token-from-the-mail').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    expect(complaints).toEqual([]);
  });
});
