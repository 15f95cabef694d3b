import { earlier, freshKey, type TourGroup } from './operation.ts';

export const mail: TourGroup = {
  title: 'Mail',
  operations: [
    {
      name: 'SendMail',
      title: 'Send a mail',
      query: `mutation SendMail($input: MailSendInput!) {
  mailSend(input: $input) {
    message { id status provider from to subject sandbox }
    replayed
    userErrors { code message path }
  }
}`,
      variables: () => ({
        input: {
          idempotencyKey: freshKey(),
          to: ['ana@example.com'],
          subject: 'Your table is ready',
          text: 'See you at eight.',
          html: '<p>See you at <b>eight</b>.</p>',
        },
      }),
      leaves: { messageId: 'mailSend.message.id' },
    },
    {
      name: 'MailStatus',
      title: 'Follow it to the inbox',
      query: `query MailStatus($id: ID!) {
  mailMessage(id: $id) {
    id
    status
    errorCode
    recipients { address kind status }
    timeline { at kind detail }
  }
}`,
      variables: (known) => ({ id: earlier(known, 'messageId', 'SendMail') }),
    },
  ],
};
