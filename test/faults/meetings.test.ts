import { meetingCreate } from '../src/faults/flows/appointments.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

describeCrashes({ service: 'meetings' }, [
  flowCase('meetingCreate', meetingCreate, [
    'outbox.before-commit',
    'outbox.after-commit',
    'relay.after-claim',
    'relay.after-publish',
    'intent.after-lease',
    'intent.after-act',
    'intent.after-settle',
    'outbox.before-commit:2',
  ]),
]);
