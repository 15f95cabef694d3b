import { mailSend, verificationMail } from '../src/faults/flows/mails.ts';
import { mailReceived, prepareMailbox } from '../src/faults/flows/received-mails.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

describeCrashes(
  { service: 'mail' },
  [
    flowCase(
      'mailSend',
      mailSend,
      ['intent.after-act', 'webhook.before-commit'],
      [
        'intent.after-lease',
        'intent.after-settle',
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
        'handler.after-commit',
        // The first intent asks for the recipient, the second one sends.
        'intent.after-act:2',
      ],
      [
        'handler.before-commit',
        'intent.after-act',
        'intent.after-lease:2',
        'intent.after-lease',
        'intent.after-settle',
        'outbox.before-commit',
      ],
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
