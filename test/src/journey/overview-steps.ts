import { until } from '../house/until.ts';
import type { Step, Walk } from './walk.ts';

interface Overview {
  readonly byPhone: { readonly smsMessages: Nodes; readonly calls: Nodes };
  readonly byMail: { readonly mailMessages: Nodes; readonly payments: Nodes; readonly meetings: Nodes };
}

interface Nodes {
  readonly nodes: readonly { readonly id: string }[];
}

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly operation: string | null;
  readonly rootOperation: { readonly operation: string | null };
  readonly causes: readonly { readonly type: string; readonly operation: string | null }[];
}

const has = ({ nodes }: Nodes, id: string): boolean => nodes.some((node) => node.id === id);

async function entries({ owner }: Walk): Promise<readonly Entry[]> {
  const { auditEntries } = await owner.call<{ auditEntries: { nodes: Entry[] } }>(
    '{ auditEntries(first: 100) { nodes { id type operation rootOperation { operation } causes { type operation } } } }',
  );
  return auditEntries.nodes;
}

async function recordedTypes({ owner }: Walk): Promise<ReadonlySet<string>> {
  const { auditEntries } = await owner.call<{ auditEntries: { nodes: { type: string }[] } }>(
    '{ auditEntries(first: 100) { nodes { type } } }',
  );
  return new Set(auditEntries.nodes.map(({ type }) => type));
}

/** The facts that the steps before must have left in the trail. */
const EXPECTED = [
  'evt.auth.v1.UserSignedUp',
  'evt.auth.v1.EmailVerified',
  'evt.auth.v1.InvitationCreated',
  'evt.auth.v1.InvitationAccepted',
  'evt.telephony.v1.TwilioSettingsVerified',
  'evt.telephony.v1.SmsQueued',
  'evt.telephony.v1.SmsDelivered',
  'evt.telephony.v1.CallQueued',
  'evt.telephony.v1.CallCompleted',
  'evt.billing.v1.PaymentSucceeded',
  'evt.billing.v1.RefundSucceeded',
  'evt.meetings.v1.MeetingCreated',
  'evt.mail.v1.MailDelivered',
  'evt.audit.v1.ToolExecutionStarted',
  'evt.audit.v1.ToolExecutionFinished',
];

export const overviewSteps: readonly Step[] = [
  {
    title: 'Ask once for everything that happened with the customer',
    async run(walk) {
      const { customer } = walk.people;
      const overview = await walk.owner.call<Overview>(
        `query ($email: String!, $phone: String!) {
          byMail: contactPoint(address: $email) {
            mailMessages { nodes { id } } payments { nodes { id } } meetings { nodes { id } } }
          byPhone: contactPoint(address: $phone) { smsMessages { nodes { id } } calls { nodes { id } } } }`,
        { email: customer.email, phone: customer.phone },
      );
      const { byMail, byPhone } = overview;
      const found = [
        has(byPhone.smsMessages, walk.smsId),
        has(byPhone.calls, walk.callId),
        has(byMail.mailMessages, walk.mailId),
        has(byMail.payments, walk.stripePaymentId),
        has(byMail.payments, walk.paypalPaymentId),
        has(byMail.meetings, walk.meetingId),
      ];
      if (!found.every(Boolean)) throw new Error(`something is missing: ${JSON.stringify(overview)}`);
      return 'one query shows the SMS, the call, the mail, both payments and the meeting';
    },
  },
  {
    title: 'Read the audit trail: every step, an unbroken chain, and who caused the SMS',
    async run(walk) {
      await until('every step in the trail', async () => {
        const types = await recordedTypes(walk);
        return EXPECTED.every((type) => types.has(type));
      });
      const trail = await entries(walk);
      const { auditVerify } = await walk.owner.call<{
        auditVerify: { valid: boolean; checkedEntries: number; firstProblem: unknown };
      }>('{ auditVerify { valid checkedEntries firstProblem { sequence kind } } }');
      if (!auditVerify.valid) throw new Error(`the chain is broken: ${JSON.stringify(auditVerify)}`);
      const sent = trail.find(({ type }) => type === 'evt.telephony.v1.SmsQueued');
      if (sent?.rootOperation.operation !== 'smsSend') {
        throw new Error(`the SMS does not lead back to smsSend: ${JSON.stringify(sent)}`);
      }
      return `${auditVerify.checkedEntries} entries verify; the SMS goes back to ${sent.rootOperation.operation}`;
    },
  },
];
