import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import type { Intent } from '@switchboard/intents';
import { reveal } from '@switchboard/providers';
import { defineWebhook, requireFresh, type WebhookVendor } from '@switchboard/webhooks';
import type { MeetingStatus } from '../domain/meeting-status.ts';
import { zoomCallback } from '../providers/zoom/zoom.schemas.ts';
import { applyMeetingReport, type MeetingReport } from '../use-cases/apply-meeting-report.ts';
import type { MeetingPayload } from '../use-cases/make-conference.ts';

const VALIDATION = 'endpoint.url_validation';

/** What each event makes of a meeting; `undefined`: it is read again. Events that are not here change nothing. */
const MEANINGS = new Map<string, MeetingStatus | undefined>([
  ['meeting.updated', undefined],
  ['meeting.started', 'STARTED'],
  ['meeting.ended', 'ENDED'],
  ['meeting.deleted', 'CANCELLED'],
]);

/** A `plainToken` with the colons of a signed text would have us sign a callback for somebody else. */
const PLAIN_TOKEN = /^[A-Za-z0-9_+/=.-]{1,128}$/;

/**
 * Zoom's callbacks. Signed are the time and the raw bytes, as `v0:<time>:<body>`
 * (developers.zoom.us/docs/api/webhooks/#verify-webhook-events); so is the question whether this address is ours.
 */
export function zoomWebhook(
  refresh: Intent<MeetingPayload, unknown>,
): WebhookVendor<MeetingReport | undefined> {
  return defineWebhook<MeetingReport | undefined>({
    vendor: 'zoom',
    verify({ headers, body, receivedAt }, credential) {
      const signedAt = headers['x-zm-request-timestamp'] ?? '';
      const secret = reveal(credential, 'webhookSecretToken');
      const expected = Buffer.from(`v0=${hmac(secret, `v0:${signedAt}:`, body)}`);
      const given = Buffer.from(headers['x-zm-signature'] ?? '');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new AppError('REJECTED', 'Zoom signature does not match');
      }
      requireFresh(Number(signedAt), receivedAt);
      // A repetition has the same body (its own time included), signed anew.
      return createHash('sha256').update(body).digest('hex');
    },
    answerNow({ body }, credential) {
      const callback = parse(body);
      if (callback?.event !== VALIDATION) return undefined;
      const plainToken = callback.payload?.plainToken ?? '';
      if (!PLAIN_TOKEN.test(plainToken))
        throw new AppError('REJECTED', 'Zoom url_validation without a token');
      const encryptedToken = hmac(reveal(credential, 'webhookSecretToken'), plainToken);
      return {
        status: 200,
        contentType: 'application/json',
        body: JSON.stringify({ plainToken, encryptedToken }),
      };
    },
    async read({ body }, { connectionId }) {
      const callback = parse(body);
      const providerMeetingId = callback?.payload?.object?.id;
      if (!callback || !providerMeetingId || !MEANINGS.has(callback.event)) return undefined;
      // One occurrence less is a change, not the end of the meeting.
      const partly = callback.payload?.operation === 'single';
      const status = partly ? undefined : MEANINGS.get(callback.event);
      return { connectionId, providerMeetingId, status };
    },
    async apply(tx, report) {
      if (report) await applyMeetingReport(tx, report, refresh);
    },
  });
}

function parse(body: Uint8Array) {
  try {
    return zoomCallback.safeParse(JSON.parse(Buffer.from(body).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function hmac(secret: string, ...parts: readonly (string | Uint8Array)[]): string {
  const digest = createHmac('sha256', secret);
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
}
