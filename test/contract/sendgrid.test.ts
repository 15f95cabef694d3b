import { sendgridProvider } from '../../services/mail/src/providers/sendgrid/sendgrid.provider.ts';
import { holdToContract } from './contract.ts';

const plain = {
  messageId: 'msg_first',
  internetMessageId: '<msg_first@switchboard.test>',
  inReplyTo: undefined,
  references: undefined,
  from: 'desk@switchboard.test',
  recipients: [{ kind: 'TO', address: 'ana@example.com' }],
  subject: 'Your table is ready',
  text: 'See you at eight.',
  html: undefined,
  attachments: [],
  hasSecretLink: false,
} as const;

holdToContract({
  vendor: 'sendgrid',
  provider: sendgridProvider,
  unspecified: ['checker.check'],
  async play({ provider, call }) {
    await provider.sender.send(plain, call('int_send'));
    await provider.sender.send(
      {
        ...plain,
        messageId: 'msg_second',
        internetMessageId: '<msg_second@switchboard.test>',
        inReplyTo: '<msg_first@switchboard.test>',
        references: '<msg_first@switchboard.test>',
        recipients: [
          { kind: 'TO', address: 'ana@example.com' },
          { kind: 'CC', address: 'bora@example.com' },
          { kind: 'BCC', address: 'chidi@example.com' },
        ],
        html: '<p>See you at <b>eight</b>, José.</p>',
        attachments: [
          { filename: 'menu.txt', contentType: 'text/plain', content: Buffer.from('Pasta, wine') },
        ],
        hasSecretLink: true,
      },
      call('int_send_second'),
    );
    await provider.checker.check(call('int_check'));
  },
});
