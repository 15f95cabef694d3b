import { mailSend, verificationMail } from '../src/faults/flows/mails.ts';
import { mailReceived, prepareMailbox } from '../src/faults/flows/received-mails.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

describeCrashes(
  { service: 'mail' },
  [
    flowCase(
      'mailSend',
      mailSend,
      ['intent.after-lease', 'intent.after-act', 'intent.after-settle', 'webhook.before-commit'],
      [
        'outbox.before-commit',
        'outbox.after-commit',
        'relay.after-claim',
        'relay.after-publish',
        'webhook.after-commit',
      ],
    ),
    flowCase(
      'the mail of an event',
      verificationMail,
      [
        'handler.before-commit',
        'handler.after-commit',
        'intent.after-act',
        // The first intent asks for the recipient, the second one sends.
        'intent.after-lease:2',
        'intent.after-act:2',
      ],
      ['intent.after-lease', 'intent.after-settle', 'outbox.before-commit'],
    ),
    flowCase(
      'a mail received',
      mailReceived,
      ['outbox.before-commit', 'outbox.after-commit'],
      ['relay.after-claim', 'relay.after-publish'],
    ),
  ],
  prepareMailbox,
);
