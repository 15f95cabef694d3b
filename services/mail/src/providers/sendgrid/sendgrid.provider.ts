import type { MailProvider } from '../mail-provider.ts';
import { sendgridApi, sendgridService } from './sendgrid.client.ts';
import { toProviderError } from './sendgrid.errors.ts';
import { toMailData } from './sendgrid.mapping.ts';

/** SendGrid by its own SDK. */
export const sendgridProvider: MailProvider & Required<Pick<MailProvider, 'sender' | 'checker'>> = {
  id: 'sendgrid',
  sender: {
    async send(mail, call) {
      try {
        const [response] = await sendgridService(call.credential, call.signal).send(toMailData(mail));
        const headers = response.headers as Readonly<Record<string, string | undefined>>;
        return { providerMessageId: headers['x-message-id'], refused: [] };
      } catch (thrown) {
        throw toProviderError('mail.send', thrown, { acts: true });
      }
    },
  },
  checker: {
    async check(call) {
      try {
        // Any key may ask what it is allowed.
        await sendgridApi(call.credential, call.signal).request({ method: 'GET', url: '/v3/scopes' });
      } catch (thrown) {
        throw toProviderError('scopes.list', thrown, { acts: false });
      }
    },
  },
};
