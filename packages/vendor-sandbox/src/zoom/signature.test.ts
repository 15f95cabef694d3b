import { describe, expect, it } from 'vitest';
import { encryptedToken, zoomSignature } from './signature.ts';

/** Known answers of @zoom/rivet@0.4.0. */
describe('zoomSignature', () => {
  it('signs the bytes of the body as the vendor does', () => {
    const body =
      '{"event":"meeting.ended","payload":{"account_id":"abc","object":{"id":"123456789","uuid":"4444AAAiAAAAAiAiAiiAii==","topic":"My Meeting","type":2,"start_time":"2021-07-13T21:44:51Z","timezone":"America/Los_Angeles","duration":60}},"event_ts":1626230691572}';
    expect(zoomSignature('zoom_secret_token', '1626230691', body)).toBe(
      'v0=82a52130774a574a2f4ac4a671e3b1093edfb2920db8694d009a61c8f3b36754',
    );
  });

  it('knows the answer to a validation request', () => {
    expect(encryptedToken('zoom_secret_token', 'qgg8vlvZRS6UYooatFL8Aw')).toBe(
      'bd48235863f4a6323ccc4963c594908b7c97f88b4a6a95278f4f093690b12726',
    );
  });
});
