import { createHmac } from 'node:crypto';

/**
 * The header `x-zm-signature`: HMAC-SHA256 over version, time and body.
 * https://developers.zoom.us/docs/api/webhooks/#verify-with-zooms-header
 */
export function zoomSignature(secretToken: string, timestamp: string, body: string): string {
  return `v0=${hmacHex(secretToken, `v0:${timestamp}:${body}`)}`;
}

/**
 * What an endpoint answers to `endpoint.url_validation`.
 * https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
 */
export const encryptedToken = (secretToken: string, plainToken: string): string =>
  hmacHex(secretToken, plainToken);

const hmacHex = (key: string, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');
