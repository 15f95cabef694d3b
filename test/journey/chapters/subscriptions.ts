import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { createClient, type Client as StreamClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { until } from '../../src/house/until.ts';
import type { Journey } from './journey.ts';

const AGAIN_MS = 2_000;

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
function listen(streams: StreamClient, query: string): { told: any[]; failures: unknown[] } {
  const told: unknown[] = [];
  const failures: unknown[] = [];
  streams.subscribe(
    { query },
    { next: (value) => told.push(value), error: (failure) => failures.push(failure), complete: () => {} },
  );
  return { told, failures };
}

/** What front ends are told while it happens. */
export function subscriptions(journey: Journey): void {
  describe('subscriptions', () => {
    const { phoneNumber: to } = sandboxAccounts.twilio;
    let streams: StreamClient;
    beforeAll(() => {
      streams = createClient({
        url: `${journey.house.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${journey.walk.owner.credential}` },
      });
    });
    afterAll(() => streams.dispose());

    /** Which moment streams are open at is not told; so something from outside happens until they have seen it. */
    async function happeningUntil(
      [vendor, what]: readonly [vendor: 'imap' | 'twilio', what: string],
      input: object,
      isSeen: () => boolean,
    ): Promise<void> {
      let happenedAt = Number.NEGATIVE_INFINITY;
      await until('all streams to see one', async () => {
        if (performance.now() - happenedAt > AGAIN_MS) {
          happenedAt = performance.now();
          await journey.house.sandbox.simulate(vendor, what, input);
        }
        return isSeen();
      });
    }

    it('somebody sends a text, and the subscriber sees it with what other services know of the sender', async () => {
      const received = listen(
        streams,
        `subscription { smsReceived {
    id body direction sandbox contactPoint { address kind smsMessages { nodes { id } } } } }`,
      );
      const recorded = listen(streams, 'subscription { auditEntryAdded { type subjects service } }');
      const happened = listen(
        streams,
        'subscription { events(types: ["evt.telephony.v1.SmsReceived"]) { subjects operation } }',
      );
      const from = '+14155550177';
      await happeningUntil(['twilio', 'incoming-sms'], { from, to, body: 'Hello there' }, () => {
        const isRecorded = recorded.told.some(({ data }) =>
          data.auditEntryAdded.type.endsWith('SmsReceived'),
        );
        return received.told.length > 0 && happened.told.length > 0 && isRecorded;
      });
      expect([...received.failures, ...recorded.failures, ...happened.failures]).toEqual([]);
      const { id, ...sms } = received.told[0].data.smsReceived;
      expect(sms).toMatchObject({
        body: 'Hello there',
        direction: 'INBOUND',
        sandbox: true,
        contactPoint: { address: from, kind: 'PHONE' },
      });
      expect(sms.contactPoint.smsMessages.nodes.map((node: { id: string }) => node.id)).toContain(id);
      expect(received.told[0].extensions.eventId).toMatch(/^evt_/);
      expect(happened.told[0].data.events.subjects).toEqual([expect.stringMatching(/^sms_/)]);
      const entry = recorded.told.find(({ data }) => data.auditEntryAdded.type.endsWith('SmsReceived'));
      expect(entry.data.auditEntryAdded.service).toBe('telephony');
    });

    it('somebody calls, and the subscriber sees the call, and the voicemail that it leaves', async () => {
      const received = listen(
        streams,
        'subscription { callReceived { id direction contactPoint { address } } }',
      );
      const changed = listen(
        streams,
        'subscription { callStatusChanged { id recording { durationSeconds sandbox } } }',
      );
      const from = '+14155550178';
      const voicemails = () => changed.told.filter(({ data }) => data.callStatusChanged.recording);
      await happeningUntil(
        ['twilio', 'incoming-call'],
        { from, to },
        () => received.told.length > 0 && voicemails().length > 0,
      );
      expect([...received.failures, ...changed.failures]).toEqual([]);
      expect(received.told[0].data.callReceived).toMatchObject({
        direction: 'INBOUND',
        contactPoint: { address: from },
      });
      expect(voicemails()[0].data.callStatusChanged.recording).toEqual({
        durationSeconds: 12,
        sandbox: true,
      });
    });

    it('somebody sends a mail to the workspace, and the subscriber sees it', async () => {
      const { username = '', password = '' } = await journey.house.sandbox.openAccount('imap');
      const secrets = Object.entries({ username, password, imapHost: 'imap.example.com' });
      const input = {
        vendor: 'SMTP',
        name: 'Desk',
        secrets: secrets.map(([name, value]) => ({ name, value })),
      };
      await journey.walk.owner.call(
        `mutation ($input: ConnectionCreateInput!) { connectionCreate(input: $input) { userErrors { code } } }`,
        { input },
      );
      const received = listen(
        streams,
        'subscription { mailReceived { subject direction from sandbox replyTo { id } } }',
      );
      const mail = { account: username, from: 'ana@customer.example', subject: 'Hello there' };
      await happeningUntil(['imap', 'incoming-mail'], mail, () => received.told.length > 0);
      expect(received.failures).toEqual([]);
      expect(received.told[0].data.mailReceived).toEqual({
        subject: 'Hello there',
        direction: 'INBOUND',
        from: 'ana@customer.example',
        sandbox: true,
        replyTo: null,
      });
    });
  });
}
