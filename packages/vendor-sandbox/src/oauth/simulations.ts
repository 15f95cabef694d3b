import { z } from 'zod';
import { ControlError } from '../control/control-error.ts';
import { type Simulation, simulation } from '../vendor.ts';
import { BadAuthorization, RefusedAuthorization } from './authorization.ts';
import type { OAuthApplications } from './client.ts';
import { type ConsentFlow, consentTo } from './consent-page.ts';
import type { Grants } from './grants.ts';
import { type Person, personOf } from './people.ts';

const email = z.string().min(3).max(320);

/** What people do at a vendor that connects by consent. */
export function oauthSimulations(
  flow: ConsentFlow,
  grants: Grants,
  applications: OAuthApplications,
): Record<string, Simulation> {
  return {
    /** The person removes the application in the settings of their account. */
    revoke: simulation(z.strictObject({ email }), (input) => ({
      revoked: grants.revokePerson(personIn(input.email)),
    })),
    /** Access tokens end now; refresh tokens go on. */
    expire: simulation(z.strictObject({ email }), (input) => ({
      expired: grants.expirePerson(personIn(input.email)),
    })),
    /** Access tokens given from now on live this long. */
    lifetime: simulation(z.strictObject({ seconds: z.int().min(1).max(86_400) }), ({ seconds }) => {
      grants.accessSeconds = seconds;
      return { seconds };
    }),
    /** The person answers the consent page, without a browser. */
    consent: simulation(
      z.strictObject({ authorizationUrl: z.url(), email, isAllowed: z.boolean().default(true) }),
      (input) => {
        try {
          const { searchParams } = new URL(input.authorizationUrl);
          const asked = flow.read(Object.fromEntries(searchParams));
          return { redirectUrl: consentTo(flow, asked, { isAllowed: input.isAllowed, email: input.email }) };
        } catch (thrown) {
          if (thrown instanceof RefusedAuthorization) return { redirectUrl: thrown.redirectUrl };
          if (thrown instanceof BadAuthorization) throw new ControlError(422, thrown.message);
          throw thrown;
        }
      },
    ),
    /** Registers a further redirect address for an application. */
    'redirect-uri': simulation(
      z.strictObject({ account: z.string().min(1), redirectUri: z.url() }),
      ({ account, redirectUri }) => {
        const application = applications.named(account);
        if (!application) throw new ControlError(404, `there is no application ${account}`);
        application.redirectUris.add(redirectUri);
        return { redirectUris: [...application.redirectUris] };
      },
    ),
  };
}

function personIn(address: string): Person {
  const person = personOf(address);
  if (!person) throw new ControlError(422, `${address} is no address`);
  return person;
}
