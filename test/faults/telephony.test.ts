import { callStart } from '../src/faults/flows/calls.ts';
import { prepareTexts, smsReceived, smsSend } from '../src/faults/flows/texts.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

describeCrashes(
  { service: 'telephony' },
  [
    flowCase(
      'smsSend',
      smsSend,
      [
        'outbox.before-commit',
        'outbox.after-commit',
        'relay.after-claim',
        'relay.after-publish',
        'intent.after-lease',
        'intent.after-act',
        'intent.after-settle',
        // The second time: the work on the first callback.
        'intent.after-act:2',
        'webhook.before-commit',
        'webhook.after-commit',
      ],
      ['outbox.before-commit:2', 'outbox.after-commit:2', 'intent.after-lease:2', 'intent.after-settle:2'],
    ),
    flowCase('callStart', callStart, ['intent.after-act'], ['intent.after-lease', 'intent.after-settle']),
    flowCase(
      'a text received',
      smsReceived,
      ['webhook.after-commit'],
      ['webhook.before-commit', 'outbox.before-commit'],
    ),
  ],
  prepareTexts,
);
