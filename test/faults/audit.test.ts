import { randomBytes } from 'node:crypto';
import { keepTrail } from '../src/faults/flows/trail.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

const environment = {
  AUDIT_CHECKPOINT_KEY: randomBytes(32).toString('base64'),
  AUDIT_VAULT_KEY: randomBytes(32).toString('base64'),
};

describeCrashes({ service: 'audit', environment }, [
  flowCase(
    'the trail of facts',
    keepTrail,
    ['handler.after-commit', 'handler.before-commit:2'],
    ['handler.before-commit', 'handler.after-commit:2'],
  ),
]);
