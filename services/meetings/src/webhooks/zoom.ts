import { createHash } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import type { Intent } from '@switchboard/intents';
import { type Credential, callbackSecrets } from '@switchboard/providers';
import { defineWebhook, type IncomingWebhook, requireFresh, type WebhookVendor } from '@switchboard/webhooks';
import type { MeetingStatus } from '../domain/meeting-status.ts';
import { zoomCallback } from '../providers/zoom/zoom.schemas.ts';
import { requireZoomSignature, zoomHmac } from '../providers/zoom/zoom.signature.ts';
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
 * Zoom's callbacks, and its question whether this address is ours, which is signed like any of them.
 */
export function zoomWebhook(
  refresh: Intent<MeetingPayload, unknown>,
): WebhookVendor<MeetingReport | undefined> {
  return defineWebhook<MeetingReport | undefined>({
    vendor: 'zoom',
    verify(webhook, credential) {
      signerOf(webhook, credential);
      requireFresh(Number(signedAt(webhook)), webhook.receivedAt);
      // A repetition has the same body (its own time included), signed anew.
      return createHash('sha256').update(webhook.body).digest('hex');
    },
    answerNow(webhook, credential) {
      const callback = parse(webhook.body);
      if (callback?.event !== VALIDATION) return undefined;
      const plainToken = callback.payload?.plainToken ?? '';
      if (!PLAIN_TOKEN.test(plainToken))
        throw new AppError('REJECTED', 'Zoom url_validation without a token');
      const encryptedToken = zoomHmac(signerOf(webhook, credential), plainToken);
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

function signedAt({ headers }: Pick<IncomingWebhook, 'headers'>): string {
  return headers['x-zm-request-timestamp'] ?? '';
}

/** The secret token that a callback was signed with. */
function signerOf(webhook: IncomingWebhook, credential: Credential): string {
  return requireZoomSignature(callbackSecrets(credential, 'webhookSecretToken'), {
    signature: webhook.headers['x-zm-signature'] ?? '',
    timestamp: signedAt(webhook),
    body: webhook.body,
  });
}
