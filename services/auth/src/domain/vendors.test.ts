import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { describe, expect, it } from 'vitest';
import { givenBySandbox } from './sandbox-address.ts';
import {
  checkSecrets,
  FORM_VENDORS,
  mask,
  replaceSecrets,
  type Secrets,
  showSecrets,
  VENDOR_SHAPES,
  VENDORS,
  vendorNamed,
  withoutPrevious,
} from './vendors.ts';

const SMTP = { host: 'mail.example.com', port: '587', username: 'ana', password: 'app password 1' };

describe('vendors', () => {
  const played = FORM_VENDORS.filter((vendor) => VENDOR_SHAPES[vendor].isPlayed);
  it.each(played)('%s calls its values as the sandbox publishes them', (vendor) => {
    const account: Record<string, unknown> =
      sandboxAccounts[vendor.toLowerCase() as keyof typeof sandboxAccounts];
    const names = VENDOR_SHAPES[vendor].fields.map((field) => field.name);
    const secrets = Object.fromEntries(
      Object.entries(account).filter(([name]) => names.includes(name)),
    ) as Secrets;
    expect(() => checkSecrets(vendor, secrets, { given: givenBySandbox(vendor) })).not.toThrow();
    expect(vendorNamed(vendor.toLowerCase())).toBe(vendor);
  });

  it('refuse hosts, ports and values that could do harm elsewhere', () => {
    expect(() => checkSecrets('SMTP', SMTP)).not.toThrow();
    const wrong: Partial<typeof SMTP>[] = [
      { host: 'mail.example.com/..' },
      { host: 'user@mail.example.com' },
      { host: '' },
      { port: '22' },
      { password: '' },
      { password: 'a\r\nb' },
    ];
    for (const change of wrong)
      expect(() => checkSecrets('SMTP', { ...SMTP, ...change })).toThrow(/SECRET_INVALID/);
    const key = { secretKey: 'sk_live_1\r\nx: y', webhookSecret: 'whsec_1' };
    expect(() => checkSecrets('STRIPE', key)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('x: y') }),
    );
    expect(() => checkSecrets('STRIPE', { constructor: 'x', ...key } as unknown as Secrets)).toThrow(
      /SECRET_UNKNOWN/,
    );
  });

  it('that connect by consent have no form', () => {
    expect(() => checkSecrets('GOOGLE', { refreshToken: 'x' })).toThrow(/CONSENT_REQUIRED/);
  });

  it('want a key file of Firebase that is one', () => {
    const file = { project_id: 'p', client_email: 'a@p.iam.gserviceaccount.com', private_key: '-----BEGIN' };
    const check = (text: string) => checkSecrets('FIREBASE', { serviceAccount: text });
    expect(() => check(JSON.stringify(file))).not.toThrow();
    for (const wrong of ['{', '{}', JSON.stringify({ ...file, private_key: '' })]) {
      expect(() => check(wrong)).toThrow(/SECRET_INVALID/);
    }
  });

  it('may hold the value that callbacks were checked with before, never an empty one', () => {
    const stripe = { secretKey: 'sk_live_1', webhookSecret: 'whsec_new' };
    const both = { ...stripe, previousWebhookSecret: 'whsec_old' };
    expect(() => checkSecrets('STRIPE', both)).not.toThrow();
    for (const empty of [{ webhookSecret: '' }, { previousWebhookSecret: '' }]) {
      expect(() => checkSecrets('STRIPE', { ...both, ...empty })).toThrow(/SECRET_INVALID/);
    }
    const previous = VENDORS.flatMap((vendor) => VENDOR_SHAPES[vendor].fields).filter(
      ({ previousOf }) => previousOf !== undefined,
    );
    expect(previous.map(({ name, secret, required }) => ({ name, secret, required }))).toEqual([
      { name: 'previousAuthToken', secret: true, required: false },
      { name: 'previousWebhookPublicKey', secret: false, required: false },
      { name: 'previousWebhookSecret', secret: true, required: false },
      { name: 'previousWebhookSecretToken', secret: true, required: false },
      { name: 'previousWebhookSecret', secret: true, required: false },
    ]);
  });

  it('keep what callbacks were signed with beside its successor', () => {
    const one = { secretKey: 'sk_live_1', webhookSecret: 'one' };
    const two = { ...one, webhookSecret: 'two', previousWebhookSecret: 'one' };
    const three = { ...one, webhookSecret: 'three', previousWebhookSecret: 'two' };
    const replace = (before: Secrets, given: Secrets) => replaceSecrets('STRIPE', before, given);
    expect(replace(one, { webhookSecret: 'two' })).toEqual({ secrets: two, overlap: 'begins' });
    expect(replace(two, { webhookSecret: 'three' })).toEqual({ secrets: three, overlap: 'begins' });
    expect(replace(two, { secretKey: 'sk_live_2' })).toEqual({
      secrets: { ...two, secretKey: 'sk_live_2' },
      overlap: 'unchanged',
    });
    const named = { webhookSecret: 'two', previousWebhookSecret: 'zero' };
    expect(replace(one, named)).toEqual({ secrets: { ...one, ...named }, overlap: 'open' });
    expect(replace(two, { webhookSecret: 'two' }).secrets).toEqual({ ...one, webhookSecret: 'two' });
    expect(withoutPrevious('STRIPE', two)).toEqual({ ...one, webhookSecret: 'two' });
  });

  it('show four characters of a secret, and none of a short one', () => {
    expect(mask('sk_live_abcdef1234')).toBe('••••1234');
    expect(mask('short')).toBe('••••');
    expect(showSecrets('SMTP', SMTP).filter(({ secret }) => secret)).toEqual([
      { name: 'password', value: '••••rd 1', secret: true },
    ]);
  });
});
