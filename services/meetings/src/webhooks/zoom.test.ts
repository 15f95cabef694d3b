import { createHmac } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import { defineIntent } from '@switchboard/intents';
import { Secret } from '@switchboard/observability';
import type { Credential } from '@switchboard/providers';
import { describe, expect, it } from 'vitest';
import type { MeetingPayload } from '../use-cases/make-conference.ts';
import { zoomWebhook } from './zoom.ts';

const webhook = zoomWebhook(
  defineIntent<MeetingPayload, void>({
    kind: 'refresh-meeting',
    repeatable: true,
    async act() {},
    async settle() {},
    async fail() {},
  }),
);

// Signatures that Zoom's own receiver accepts, for a throw-away secret.
const credential: Credential = {
  connectionId: 'con_1',
  owner: 'PLATFORM',
  workspaceId: undefined,
  userId: undefined,
  sandbox: true,
  baseUrl: undefined,
  secrets: { webhookSecretToken: new Secret('zoom_secret_token') },
};
const lent = (secrets: Record<string, string>): Credential => ({
  ...credential,
  secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
});
const SIGNED_AT = 1_626_230_691;
const ENDED =
  '{"event":"meeting.ended","payload":{"account_id":"abc","object":{"id":"123456789","uuid":"4444AAAiAAAAAiAiAiiAii==","topic":"My Meeting","type":2,"start_time":"2021-07-13T21:44:51Z","timezone":"America/Los_Angeles","duration":60}},"event_ts":1626230691572}';
const SIGNATURE = 'v0=82a52130774a574a2f4ac4a671e3b1093edfb2920db8694d009a61c8f3b36754';

function incoming(body: string, { signature = SIGNATURE, ageS = 0 } = {}) {
  return {
    connectionId: 'platform',
    method: 'POST',
    publicUrl: 'https://api.example.com/webhooks/zoom/platform',
    headers: { 'x-zm-request-timestamp': String(SIGNED_AT), 'x-zm-signature': signature },
    body: Buffer.from(body),
    receivedAt: new Date((SIGNED_AT + ageS) * 1000),
  };
}

function signed(body: string, secretToken = 'zoom_secret_token') {
  const digest = createHmac('sha256', secretToken).update(`v0:${SIGNED_AT}:${body}`).digest('hex');
  return incoming(body, { signature: `v0=${digest}` });
}

function verdict(work: () => unknown): string {
  try {
    work();
    return 'accepted';
  } catch (thrown) {
    return AppError.from(thrown).code;
  }
}

describe('the signature', () => {
  it('covers the raw bytes', () => {
    expect(verdict(() => webhook.verify(incoming(ENDED), credential))).toBe('accepted');
    const tampered = ENDED.replace('meeting.ended', 'meeting.started');
    expect(verdict(() => webhook.verify(incoming(tampered), credential))).toBe('REJECTED');
    expect(verdict(() => webhook.verify(incoming(`${ENDED} `), credential))).toBe('REJECTED');
    const indented = JSON.stringify(JSON.parse(ENDED), null, 1);
    const itsOwn = 'v0=56bd0272fd6875b4de9b3d8bff66c5a5fff608cdee09631c723d58b2a92e3b12';
    expect(verdict(() => webhook.verify(incoming(indented, { signature: itsOwn }), credential))).toBe(
      'accepted',
    );
  });

  it.each([
    [300, 'accepted'],
    [301, 'REJECTED'],
    [-300, 'accepted'],
    [-301, 'REJECTED'],
  ])('%i s old is %s', (ageS, expected) => {
    expect(verdict(() => webhook.verify(incoming(ENDED, { ageS }), credential))).toBe(expected);
  });

  it.each(['', 'v0=', 'v0=00', SIGNATURE.slice(3)])('"%s" is refused', (signature) => {
    expect(verdict(() => webhook.verify(incoming(ENDED, { signature }), credential))).toBe('REJECTED');
  });
});

describe('while the secret token is being replaced', () => {
  it.each([
    [
      'the new one',
      { webhookSecretToken: 'zoom_secret_token', previousWebhookSecretToken: 'old' },
      'accepted',
    ],
    [
      'the one before',
      { webhookSecretToken: 'new', previousWebhookSecretToken: 'zoom_secret_token' },
      'accepted',
    ],
    ['a third one', { webhookSecretToken: 'new', previousWebhookSecretToken: 'old' }, 'REJECTED'],
  ])('a callback signed with %s is judged rightly', (_which, secrets, expected) => {
    expect(verdict(() => webhook.verify(incoming(ENDED), lent(secrets)))).toBe(expected);
  });

  it('the question whether the address is ours is answered with the one that signed it', () => {
    const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: 'token' } });
    const secrets = lent({ webhookSecretToken: 'new', previousWebhookSecretToken: 'old' });
    for (const secretToken of ['new', 'old']) {
      const answer = webhook.answerNow?.(signed(body, secretToken), secrets);
      const encryptedToken = createHmac('sha256', secretToken).update('token').digest('hex');
      expect(JSON.parse(answer?.body ?? '')).toEqual({ plainToken: 'token', encryptedToken });
    }
    expect(verdict(() => webhook.answerNow?.(signed(body, 'third'), secrets))).toBe('REJECTED');
  });

  it('an empty one signs nothing, although anybody could sign with it', () => {
    expect(verdict(() => webhook.verify(signed(ENDED, ''), lent({ webhookSecretToken: '' })))).toBe(
      'REJECTED',
    );
  });
});

describe('url_validation', () => {
  const challenge = (plainToken: unknown) =>
    signed(JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken }, event_ts: 1 }));

  it('is answered with the token encrypted', () => {
    const answer = webhook.answerNow?.(challenge('qgg8vlvZRS6UYooatFL8Aw'), credential);
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.body ?? '')).toEqual({
      plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
      encryptedToken: 'bd48235863f4a6323ccc4963c594908b7c97f88b4a6a95278f4f093690b12726',
    });
  });

  it.each(['v0:1626230691:{"event":"meeting.ended"}', '', undefined])(
    'does not sign what could pass for a callback: %s',
    (plainToken) => {
      expect(verdict(() => webhook.answerNow?.(challenge(plainToken), credential))).toBe('REJECTED');
    },
  );

  it('is the only thing answered at once', () => {
    expect(webhook.answerNow?.(incoming(ENDED), credential)).toBeUndefined();
  });
});

describe('a callback', () => {
  const call = { intentId: 'int_1', workspaceId: 'platform', signal: AbortSignal.timeout(1_000) };
  const read = (body: string) => webhook.read({ ...incoming(body), id: 'whd_1' }, credential, call);

  it.each([
    ['meeting.started', undefined, 'STARTED'],
    ['meeting.ended', undefined, 'ENDED'],
    ['meeting.deleted', 'all', 'CANCELLED'],
    ['meeting.deleted', 'single', undefined],
    ['meeting.updated', undefined, undefined],
  ])('%s (%s) makes a meeting %s', async (event, operation, status) => {
    const body = JSON.stringify({ event, payload: { operation, object: { id: 92_674_392_836 } } });
    expect(await read(body)).toEqual({ connectionId: 'con_1', providerMeetingId: '92674392836', status });
  });

  it.each([
    '{',
    '[]',
    '{"event":"meeting.participant_joined","payload":{"object":{"id":1}}}',
    '{"event":"meeting.ended"}',
  ])('that says nothing about a meeting is passed over: %s', async (body) => {
    expect(await read(body)).toBeUndefined();
  });
});
