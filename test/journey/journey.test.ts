import { brokerUsers } from './chapters/broker-users.ts';
import { canaries } from './chapters/canaries.ts';
import { consentInABrowser } from './chapters/consent.ts';
import { integrationsHealth } from './chapters/integrations.ts';
import { startJourney } from './chapters/journey.ts';
import { mainJob } from './chapters/main-job.ts';
import { observability } from './chapters/observability.ts';
import { otherWorkspace } from './chapters/other-workspace.ts';
import { personalData } from './chapters/personal-data.ts';
import { refusedCredential } from './chapters/refused-credential.ts';
import { sandboxInTheTrail } from './chapters/sandbox-trail.ts';
import { subscriptions } from './chapters/subscriptions.ts';

// One installation, because starting one costs more than most chapters; each goes on where the last one ended.
const journey = startJourney();

mainJob(journey);
observability(journey);
sandboxInTheTrail(journey);
consentInABrowser(journey);
integrationsHealth(journey);
subscriptions(journey);
otherWorkspace(journey);
brokerUsers(journey);
refusedCredential(journey);
canaries(journey);
personalData(journey);
