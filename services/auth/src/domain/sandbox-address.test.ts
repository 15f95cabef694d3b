import { expect, it } from 'vitest';
import { sandboxDestination } from './sandbox-address.ts';

const sandbox = { url: 'http://sandbox:4010', smtpPort: 4_011, imapPort: 4_012 };
const account = { username: 'u', password: 'p' };

it('a mail account at the sandbox leads to its servers, and to a mailbox only where it names one', () => {
  expect(sandboxDestination('SMTP', account, sandbox)).toEqual({
    baseUrl: 'smtp://sandbox:4011',
    secrets: { ...account, host: 'sandbox', port: '4011' },
  });
  const named = { ...account, imapHost: 'imap.example.com', imapPort: '993' };
  expect(sandboxDestination('SMTP', named, sandbox).secrets).toMatchObject({
    imapHost: 'sandbox',
    imapPort: '4012',
  });
});
