import { meetingCreate } from '../src/faults/flows/appointments.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

describeCrashes({ service: 'meetings' }, [
  flowCase(
    'meetingCreate',
    meetingCreate,
    ['intent.after-act', 'outbox.before-commit:2'],
    [
      'intent.after-lease',
      'intent.after-settle',
      'outbox.before-commit',
      'outbox.after-commit',
      'relay.after-claim',
      'relay.after-publish',
    ],
  ),
]);
