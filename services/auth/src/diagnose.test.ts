import { describe, expect, it } from 'vitest';
import { diagnose, diagnoseApplications, unreachable } from './diagnose.ts';
import { FORM_VENDORS } from './domain/vendors.ts';

const PUBLIC = 'https://api.example.com';
const STRIPE = { AUTH_STRIPE_SECRET_KEY: 'sk_live_canary', AUTH_STRIPE_WEBHOOK_SECRET: 'whsec_canary' };
const read = (path: string): string => {
  if (path === '/run/secrets/key') return 'sk_live_canary';
  throw new Error('no such file');
};
const of = (vendor: string, environment: Record<string, string>) =>
  diagnose(environment, PUBLIC, read).find((one) => one.vendor === vendor);

describe('the doctor', () => {
  it('says of each vendor where its keys are and where it must call', () => {
    const all = diagnose({}, PUBLIC, read);
    expect(all.map(({ vendor }) => vendor)).toEqual([...FORM_VENDORS]);
    for (const { state, keysPage } of all) {
      expect(['sandbox', 'absent']).toContain(state);
      expect(keysPage).not.toBe('');
    }
    const calling = all.filter(({ webhook }) => webhook).map(({ vendor, webhook }) => [vendor, webhook?.url]);
    expect(calling).toEqual(
      ['TWILIO', 'SENDGRID', 'STRIPE', 'PAYPAL', 'ZOOM', 'GITHUB'].map((vendor) => [
        vendor,
        `${PUBLIC}/webhooks/${vendor.toLowerCase()}/platform`,
      ]),
    );
  });

  it('knows a vendor that is connected, also by files', () => {
    expect(of('STRIPE', STRIPE)).toMatchObject({ state: 'connected', problems: [] });
    const { AUTH_STRIPE_SECRET_KEY: _, ...rest } = STRIPE;
    const byFile = { ...rest, AUTH_STRIPE_SECRET_KEY_FILE: '/run/secrets/key' };
    expect(of('STRIPE', byFile)).toMatchObject({ state: 'connected', problems: [] });
  });

  it('explains what is missing or wrong, and shows no value', () => {
    const half = of('STRIPE', { AUTH_STRIPE_SECRET_KEY: 'sk_live_canary' });
    expect(half).toMatchObject({ state: 'incomplete' });
    expect(half?.problems).toEqual([
      'AUTH_STRIPE_WEBHOOK_SECRET: is required (Signing secret of the webhook endpoint)',
    ]);
    const lost = of('STRIPE', {
      ...STRIPE,
      AUTH_STRIPE_SECRET_KEY: '',
      AUTH_STRIPE_SECRET_KEY_FILE: '/nowhere',
    });
    expect(lost?.problems.join('\n')).toContain('AUTH_STRIPE_SECRET_KEY_FILE: cannot read /nowhere');
    const wrong = of('TWILIO', { AUTH_TWILIO_ACCOUNT_SID: 'canary' });
    expect(wrong?.problems.length).toBeGreaterThan(1);
    expect(JSON.stringify([half, lost, wrong])).not.toContain('canary');
  });

  it('names the redirect address to register for each application, and what is wrong with its file', () => {
    const [google, microsoft] = diagnoseApplications(
      {
        AUTH_GOOGLE_CLIENT_SECRETS_JSON: '{"client_id":"id","client_secret":"canary"}',
        AUTH_MICROSOFT_CLIENT_SECRETS_FILE: '/run/secrets/key',
      },
      PUBLIC,
      read,
    );
    expect(google).toMatchObject({
      state: 'connected',
      problems: [],
      redirectUris: [`${PUBLIC}/oauth/google/callback`, `${PUBLIC}/sign-in/google/callback`],
    });
    expect(microsoft?.state).toBe('incomplete');
    expect(microsoft?.problems).toEqual([
      'AUTH_MICROSOFT_CLIENT_SECRETS_JSON: is not JSON with client_id and client_secret, or appId and password',
    ]);
    expect(JSON.stringify([google, microsoft])).not.toContain('canary');
    expect(diagnoseApplications({}, PUBLIC, read).map(({ state }) => state)).toEqual(
      Array.from({ length: 3 }, () => 'sandbox'),
    );
  });

  it('warns when real vendors could not call back', () => {
    const real = diagnose(STRIPE, 'http://localhost:4000', read);
    expect(unreachable(real, 'http://localhost:4000')).toContain(
      'STRIPE can only call a public https address',
    );
    expect(unreachable(real, 'https://127.0.0.1')).toBeDefined();
    expect(unreachable(real, PUBLIC)).toBeUndefined();
    expect(unreachable(diagnose({}, 'http://localhost:4000', read), 'http://localhost:4000')).toBeUndefined();
  });
});
