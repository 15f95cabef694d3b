/**
 * The published credentials of the account that every vendor sandbox starts with.
 *
 * They are public and fixed on purpose: nothing behind them is real, and an installation without vendor
 * accounts of its own uses them as its platform connections. The names are the secret names a connection uses.
 * This file imports nothing, so that any part may read it.
 */

/** Twilio: the account's id and token, and the numbers it owns (E.164; the first is the default sender). */
export const twilioAccount = {
  accountSid: 'AC00000000000000000000005a4db0c001',
  authToken: '5173321cd569af96c203f7d9a402620a',
  phoneNumber: '+14155550100',
  phoneNumbers: ['+14155550100', '+14155550101'],
} as const;

/** Stripe: secret key of test mode and the signing secret of the platform's webhook endpoint. */
export const stripeAccount = {
  secretKey: 'sk_test_switchboardsandbox000000000000000000001',
  webhookSecret: 'whsec_switchboardsandbox00000000000001',
} as const;

/** PayPal: REST application and the id of its webhook, which is part of what PayPal signs. */
export const paypalAccount = {
  clientId: 'switchboard-sandbox-paypal-client',
  clientSecret: 'switchboard-sandbox-paypal-secret',
  webhookId: '5SB00000000000001',
} as const;

/** Zoom: server-to-server application and the secret token of its event subscription. */
export const zoomAccount = {
  accountId: 'sandboxZoomAccount0001',
  clientId: 'sandboxZoomClient00001',
  clientSecret: 'sandboxZoomClientSecret000000001',
  webhookSecretToken: 'sandboxZoomToken000001',
} as const;

/** Google: the web application that people give their consent to, and the client ids of its apps. */
export const googleAccount = {
  clientId: '100000000001-switchboardsandboxweb.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-switchboard-sandbox-0001',
  iosClientId: '100000000001-switchboardsandboxios.apps.googleusercontent.com',
  androidClientId: '100000000001-switchboardsandboxandroid.apps.googleusercontent.com',
} as const;

/** Microsoft: the application that people give their consent to. */
export const microsoftAccount = {
  clientId: '5a4db0c0-0000-4000-8000-000000000001',
  clientSecret: 'switchboard~sandbox~secret~000000000001',
  tenant: 'common',
} as const;

/** Zoom: the application that people give their consent to, beside the server-to-server one. */
export const zoomOauthAccount = {
  clientId: 'sandboxZoomOauth000001',
  clientSecret: 'sandboxZoomOauthSecret0000000001',
} as const;

/** SendGrid: API key, and the public key (base64 SPKI) that verifies its event webhook. */
export const sendgridAccount = {
  apiKey: 'SG.switchboardsandbox0001.switchboard-sandbox-published-not-secret-01',
  webhookPublicKey:
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEy1oGcZUe7T93DWgdygpy9wPaMr4+ZAErGfqTGD/DisYOFBkOlvL020IlYBKLAV9RQLaTQn9vgPb+OfgdZiotnA==',
} as const;

/** SMTP: the submission account. */
export const smtpAccount = {
  username: 'sandbox@switchboard.test',
  password: 'switchboard-sandbox-smtp',
} as const;

/** Every seeded account that can be used at once, by vendor; at Google and Microsoft a person has to agree first. */
export const sandboxAccounts = {
  twilio: twilioAccount,
  stripe: stripeAccount,
  paypal: paypalAccount,
  zoom: zoomAccount,
  sendgrid: sendgridAccount,
  smtp: smtpAccount,
} as const;
