import { prepareTexts, smsReceived, smsSend } from '../src/faults/flows/texts.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

describeCrashes(
  { service: 'telephony' },
  [
    flowCase('smsSend', smsSend, [
      'outbox.before-commit',
      'outbox.after-commit',
      'relay.after-claim',
      'relay.after-publish',
      'intent.after-lease',
      'intent.after-act',
      // The second time: the outcome of the call, or the work on the first callback.
      'outbox.before-commit:2',
      'outbox.after-commit:2',
      'intent.after-settle',
      'intent.after-lease:2',
      'intent.after-act:2',
      'intent.after-settle:2',
      'webhook.before-commit',
      'webhook.after-commit',
    ]),
    flowCase('a text received', smsReceived, [
      'webhook.before-commit',
      'webhook.after-commit',
      'outbox.before-commit',
    ]),
  ],
  prepareTexts,
);
