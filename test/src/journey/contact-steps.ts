import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { until } from '../house/until.ts';
import type { Step } from './walk.ts';

const DAY_MS = 24 * 3_600_000;

export const contactSteps: readonly Step[] = [
  {
    title: 'Save and verify Twilio settings',
    async run({ owner }) {
      const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
      await owner.call(
        `mutation ($input: TwilioSettingsSaveInput!) {
          twilioSettingsSave(input: $input) { twilioSettings { id } userErrors { code message } } }`,
        { input: { accountSid, authToken, phoneNumber } },
      );
      const { twilioSettingsVerify } = await owner.call<{
        twilioSettingsVerify: { twilioSettings: { isVerified: boolean; authTokenLastFour: string } };
      }>(
        `mutation { twilioSettingsVerify {
          twilioSettings { isVerified authTokenLastFour } userErrors { code message } } }`,
      );
      const { authTokenLastFour } = twilioSettingsVerify.twilioSettings;
      return `${phoneNumber} is verified; of the token only …${authTokenLastFour} is shown`;
    },
  },
  {
    title: 'Send an SMS; a signed callback makes it DELIVERED',
    async run(walk) {
      const { customer } = walk.people;
      const { smsSend } = await walk.owner.call<{ smsSend: { sms: { id: string; status: string } } }>(
        `mutation ($input: SmsSendInput!) {
          smsSend(input: $input) { sms { id status } replayed userErrors { code message } } }`,
        {
          input: { idempotencyKey: 'journey-sms', to: customer.phone, body: 'Your appointment is tomorrow.' },
        },
      );
      walk.smsId = smsSend.sms.id;
      await until('the SMS to be delivered', async () => {
        const { sms } = await walk.owner.call<{ sms: { status: string } }>(
          'query ($id: ID!) { sms(id: $id) { status } }',
          { id: walk.smsId },
        );
        return sms.status === 'DELIVERED';
      });
      return `${smsSend.sms.id} to ${customer.phone}: ${smsSend.sms.status}, then DELIVERED`;
    },
  },
  {
    title: 'Call the customer; signed callbacks follow the call to its end',
    async run(walk) {
      const { customer } = walk.people;
      const { callStart } = await walk.owner.call<{ callStart: { call: { id: string; status: string } } }>(
        `mutation ($input: CallStartInput!) {
          callStart(input: $input) { call { id status } replayed userErrors { code message } } }`,
        { input: { idempotencyKey: 'journey-call', to: customer.phone, say: 'Your table is ready now.' } },
      );
      walk.callId = callStart.call.id;
      const seconds = await until('the call to be over', async () => {
        const { call } = await walk.owner.call<{ call: { status: string; durationSeconds: number | null } }>(
          'query ($id: ID!) { call(id: $id) { status durationSeconds } }',
          { id: walk.callId },
        );
        return call.status === 'COMPLETED' && call.durationSeconds;
      });
      return `${walk.callId} to ${customer.phone}: COMPLETED after ${seconds} s`;
    },
  },
  {
    title: 'Create a Zoom meeting; the attendee gets mail',
    async run(walk) {
      const { customer } = walk.people;
      const startsAt = new Date(Date.now() + DAY_MS).toISOString();
      const { meetingCreate } = await walk.owner.call<{ meetingCreate: { meeting: { id: string } } }>(
        `mutation ($input: MeetingCreateInput!) {
          meetingCreate(input: $input) { meeting { id status } replayed userErrors { code message } } }`,
        {
          input: {
            idempotencyKey: 'journey-meeting',
            title: 'Kick-off',
            startsAt,
            durationMinutes: 45,
            timeZone: 'Europe/Berlin',
            conference: 'ZOOM',
            attendees: [{ email: customer.email, name: customer.name }],
          },
        },
      );
      walk.meetingId = meetingCreate.meeting.id;
      const joinUrl = await until('the meeting to be scheduled', async () => {
        const { meeting } = await walk.owner.call<{ meeting: { status: string; joinUrl: string | null } }>(
          'query ($id: ID!) { meeting(id: $id) { status joinUrl } }',
          { id: walk.meetingId },
        );
        return meeting.status === 'SCHEDULED' && meeting.joinUrl;
      });
      const mail = await until('the invitation', async () => {
        const mails = await walk.sandbox.mailsTo(customer.email);
        return mails.find(({ text }) => text?.includes(joinUrl));
      });
      return `"${mail.subject}" went to ${customer.email}`;
    },
  },
  {
    title: 'Send mail through SendGrid; a signed event makes it DELIVERED',
    async run(walk) {
      const { customer } = walk.people;
      const { mailSend } = await walk.owner.call<{ mailSend: { message: { id: string; provider: string } } }>(
        `mutation ($input: MailSendInput!) {
          mailSend(input: $input) { message { id provider } replayed userErrors { code message } } }`,
        {
          input: {
            idempotencyKey: 'journey-mail',
            to: [customer.email],
            subject: 'Thank you',
            text: 'Thank you for your payment.',
          },
        },
      );
      walk.mailId = mailSend.message.id;
      await until('the mail to be delivered', async () => {
        const { mailMessage } = await walk.owner.call<{ mailMessage: { status: string } }>(
          'query ($id: ID!) { mailMessage(id: $id) { status } }',
          { id: walk.mailId },
        );
        return mailMessage.status === 'DELIVERED';
      });
      return `${mailSend.message.id} by ${mailSend.message.provider}: DELIVERED`;
    },
  },
  {
    title: 'Connect a mail account; the customer’s answer comes into its INBOX',
    async run(walk) {
      const { customer } = walk.people;
      const { username = '', password = '' } = await walk.sandbox.openAccount('imap');
      const { connectionCreate } = await walk.owner.call<{
        connectionCreate: { connection: { id: string } };
      }>(
        `mutation ($input: ConnectionCreateInput!) {
          connectionCreate(input: $input) { connection { id } userErrors { code message } } }`,
        {
          input: {
            vendor: 'SMTP',
            name: 'Front desk',
            secrets: [
              { name: 'username', value: username },
              { name: 'password', value: password },
              { name: 'imapHost', value: 'imap.example.com' },
            ],
          },
        },
      );
      // What lies in it before it is looked at for the first time is left there.
      await until('the mailbox to be looked at', async () => {
        const { mailboxes } = await walk.owner.call<{ mailboxes: { state: string }[] }>(
          '{ mailboxes { state } }',
        );
        return mailboxes.some(({ state }) => state === 'READING');
      });
      const subject = `Re: ${customer.name}`;
      await walk.sandbox.simulate('imap', 'incoming-mail', {
        account: username,
        from: customer.email,
        subject,
        text: 'See you then.',
      });
      const mail = await until('the mail', async () => {
        const { contactPoint } = await walk.owner.call<{
          contactPoint: { mailMessages: { nodes: { subject: string; status: string; from: string }[] } };
        }>(
          `query ($address: String!) {
            contactPoint(address: $address) { mailMessages { nodes { subject status from } } } }`,
          { address: customer.email },
        );
        return contactPoint.mailMessages.nodes.find((one) => one.subject === subject);
      });
      await walk.owner.call(
        `mutation ($input: ConnectionDeleteInput!) {
          connectionDelete(input: $input) { userErrors { code message } } }`,
        { input: { connectionId: connectionCreate.connection.id } },
      );
      return `"${mail.subject}" from ${mail.from}: ${mail.status}`;
    },
  },
];
