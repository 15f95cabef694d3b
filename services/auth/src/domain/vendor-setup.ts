import type { ConsentVendor } from './consent-vendors.ts';
import type { FormVendor } from './vendors.ts';

/** What a person does at a vendor's own site to connect an installation in earnest. */
export interface VendorSetup {
  /** The page that shows the credentials. */
  readonly keysPage: string;
  /** Absent for a vendor that calls nobody back. */
  readonly webhook?: {
    /** The page where the address is entered. */
    readonly page: string;
    /** What to choose or enter there. */
    readonly how: string;
  };
}

export const VENDOR_SETUPS: Readonly<Record<FormVendor, VendorSetup>> = {
  TWILIO: {
    keysPage: 'https://console.twilio.com/ (Account Info)',
    webhook: {
      page: 'https://console.twilio.com/us1/develop/phone-numbers/manage/incoming',
      how: 'of the number, as "A message comes in", by HTTP POST; reports of sent texts need no setting',
    },
  },
  SENDGRID: {
    keysPage: 'https://app.sendgrid.com/settings/api_keys (permission Mail Send)',
    webhook: {
      page: 'https://app.sendgrid.com/settings/mail_settings/webhook_settings',
      how: 'all deliverability and engagement events, with the signature switched on; its public key is the webhook key',
    },
  },
  SMTP: { keysPage: 'the settings page of the mail provider (submission host, port, user, app password)' },
  STRIPE: {
    keysPage: 'https://dashboard.stripe.com/apikeys',
    webhook: {
      page: 'https://dashboard.stripe.com/webhooks',
      how: 'events payment_intent.*, charge.* and refund.*; its signing secret is the webhook secret',
    },
  },
  PAYPAL: {
    keysPage: 'https://developer.paypal.com/dashboard/applications/live',
    webhook: {
      page: 'https://developer.paypal.com/dashboard/applications/live (the application, Webhooks)',
      how: 'events CHECKOUT.ORDER.*, PAYMENT.CAPTURE.* and PAYMENT.REFUND.*; its id is the webhook id',
    },
  },
  ZOOM: {
    keysPage: 'https://marketplace.zoom.us/user/build (a Server-to-Server OAuth app)',
    webhook: {
      page: 'https://marketplace.zoom.us/user/build (the app, Feature, Event Subscriptions)',
      how: 'events meeting.started, meeting.ended, meeting.updated and meeting.deleted; its secret token checks them',
    },
  },
  OPENAI: { keysPage: 'https://platform.openai.com/api-keys' },
  ANTHROPIC: { keysPage: 'https://platform.claude.com/settings/keys' },
  GITHUB: {
    keysPage:
      'https://github.com/settings/personal-access-tokens (repository permission Issues, read and write)',
    webhook: {
      page: 'the repository, Settings, Webhooks',
      how: 'content type application/json, event Issues; its secret is the webhook secret',
    },
  },
  FIREBASE: {
    keysPage:
      'https://console.firebase.google.com/ (Project settings, Service accounts, Generate new private key)',
  },
  GA4: {
    keysPage:
      'https://analytics.google.com/ (Admin, Data streams, the stream, Measurement Protocol API secrets)',
  },
};

/** Where the installation's application at a vendor that connects by consent is made. */
export const APPLICATION_PAGES: Readonly<Record<ConsentVendor, string>> = {
  GOOGLE: 'https://console.cloud.google.com/auth/clients (type Web application; download the JSON)',
  MICROSOFT:
    'https://entra.microsoft.com/ (App registrations; platform Web; Certificates & secrets, New client secret)',
  ZOOM: 'https://marketplace.zoom.us/user/build (a General app, user-managed, scopes user:read, meeting:read, meeting:write)',
};
