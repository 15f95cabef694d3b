import type { Vendor } from './vendors.ts';

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

export const VENDOR_SETUPS: Readonly<Record<Vendor, VendorSetup>> = {
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
};
