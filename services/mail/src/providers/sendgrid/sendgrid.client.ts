import sendgridClient from '@sendgrid/client';
import sendgridMail from '@sendgrid/mail';
import { type Credential, reveal } from '@switchboard/providers';

const TIMEOUT_MS = 5_000;

/**
 * The SDK's mail service for one credential `{ apiKey }`. The SDK's own singletons are left alone: they would
 * share one workspace's key with the others.
 */
export function sendgridService(
  credential: Credential,
  signal: AbortSignal,
): InstanceType<typeof sendgridMail.MailService> {
  const client = new sendgridClient.Client();
  client.setApiKey(reveal(credential, 'apiKey'));
  // After the key, because setting the key sets the address as well.
  if (credential.baseUrl) client.setDefaultRequest('baseUrl', withSlash(credential.baseUrl));
  client.setDefaultRequest({ timeout: TIMEOUT_MS, signal, maxRedirects: 0 } as never);
  const service = new sendgridMail.MailService();
  service.setClient(client);
  return service;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
