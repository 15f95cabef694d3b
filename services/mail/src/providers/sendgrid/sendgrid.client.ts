import sendgridClient from '@sendgrid/client';
import sendgridMail from '@sendgrid/mail';
import { type Credential, reveal } from '@switchboard/providers';

const TIMEOUT_MS = 5_000;

/** What the SDK's `send` takes for one mail; its types export the name from a package of their own only. */
export type MailData = Exclude<Parameters<typeof sendgridMail.send>[0], unknown[]>;

// The packages export one shared instance each, and their types show nothing else.
const Client = sendgridClient.constructor as new () => typeof sendgridClient;
const MailService = sendgridMail.constructor as new () => typeof sendgridMail;

/**
 * The SDK's client for one credential `{ apiKey }`. The SDK's own singletons are left alone: they would share one
 * workspace's key with the others.
 */
export function sendgridApi(credential: Credential, signal: AbortSignal): typeof sendgridClient {
  const client = new Client();
  client.setApiKey(reveal(credential, 'apiKey'));
  // After the key, because setting the key sets the address as well.
  if (credential.baseUrl) client.setDefaultRequest('baseUrl', withSlash(credential.baseUrl));
  client.setDefaultRequest({ timeout: TIMEOUT_MS, signal, maxRedirects: 0 } as never);
  return client;
}

/** The SDK's mail service for one credential. */
export function sendgridService(credential: Credential, signal: AbortSignal): typeof sendgridMail {
  const service = new MailService();
  service.setClient(sendgridApi(credential, signal));
  return service;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
