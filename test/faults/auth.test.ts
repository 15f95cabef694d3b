import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { userSignUp } from '../src/faults/flows/accounts.ts';
import { googleRefresh, zoomRefresh } from '../src/faults/flows/grants.ts';
import { describeCrashes, flowCase } from '../src/faults/service-suite.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const environment = {
  AUTH_SESSION_PRIVATE_JWK: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'session-1' }),
  AUTH_VAULT_KEY: randomBytes(32).toString('base64'),
};

describeCrashes({ service: 'auth', isAuth: true, environment }, [
  flowCase(
    'userSignUp',
    userSignUp,
    ['outbox.after-commit'],
    ['outbox.before-commit', 'relay.after-claim', 'relay.after-publish'],
  ),
  flowCase('googleRefresh', googleRefresh, ['grant.after-refresh']),
  flowCase('zoomRefresh', zoomRefresh, ['grant.after-refresh']),
]);
