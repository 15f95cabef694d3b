import { z } from 'zod';

/** What Zoom documents and we rely on; everything else in an answer is passed over. Checked at the edge. */

/** 64 bits at Zoom, 11 digits in practice: a JavaScript number holds it, and from here on it is a string. */
const meetingId = z.union([z.int(), z.string().regex(/^\d+$/)]).transform(String);

export const tokenAnswer = z.object({
  access_token: z.string().min(1),
  /** Seconds. */
  expires_in: z.number().positive(),
});

export const meetingAnswer = z.object({
  id: meetingId,
  join_url: z.url(),
  /** Absent for a meeting without a fixed time. */
  start_time: z.iso.datetime({ offset: true }).optional(),
  duration: z.int().nonnegative().optional(),
  timezone: z.string().optional(),
  /** Cut to 250 characters in lists. */
  agenda: z.string().optional(),
});
export type ZoomMeeting = z.output<typeof meetingAnswer>;

export const meetingsAnswer = z.object({
  meetings: z.array(meetingAnswer),
  next_page_token: z.string().optional(),
});

/** Any of Zoom's error bodies: of the API (`code`, `message`) or of the token endpoint (`error`, `reason`). */
export const refusalAnswer = z.object({
  code: z.number().optional(),
  message: z.string().optional(),
  error: z.string().optional(),
  reason: z.string().optional(),
});

/** A callback, as far as it matters here (developers.zoom.us/docs/api/webhooks). */
export const zoomCallback = z.object({
  event: z.string(),
  payload: z
    .object({
      object: z.object({ id: meetingId.optional() }).optional(),
      plainToken: z.string().optional(),
      /** `single` when only one occurrence of a series was deleted. */
      operation: z.string().optional(),
    })
    .optional(),
});
