import { describe, expect, it } from 'vitest';
import type { Journey } from './journey.ts';

/** Sandbox honesty in the audit trail. */
export function sandboxInTheTrail(journey: Journey): void {
  describe('the audit trail of all this', () => {
    it('says of every fact about a vendor that it stayed in the sandbox, and nothing of the others', async () => {
      const { auditEntries } = await journey.walk.owner.call<{
        auditEntries: { nodes: { type: string; sandbox: boolean | null }[] };
      }>('{ auditEntries(first: 100) { nodes { type sandbox } } }');
      const types = (wanted: boolean | null) =>
        new Set(auditEntries.nodes.filter(({ sandbox }) => sandbox === wanted).map(({ type }) => type));
      expect(types(false)).toEqual(new Set());
      expect([...types(true)]).toEqual(
        expect.arrayContaining([
          'evt.telephony.v1.SmsDelivered',
          'evt.telephony.v1.CallCompleted',
          'evt.billing.v1.RefundSucceeded',
          'evt.billing.v1.LedgerPosted',
          'evt.meetings.v1.MeetingCreated',
          'evt.mail.v1.MailDelivered',
        ]),
      );
      expect(types(null)).toContain('evt.auth.v1.UserSignedUp');
      expect([...types(null)].filter((type) => !/^evt\.(auth|audit)\./.test(type))).toEqual([]);
    });
  });
}
