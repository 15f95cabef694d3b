import { requestsTo } from '../sandbox-control.ts';
import type { Station } from '../station.ts';

/** How many requests for a contact Twilio took. @param resource such as `Messages`. */
export function acceptedByTwilio(
  { sandbox }: Station,
  resource: 'Messages' | 'Calls',
  contact: string,
): Promise<number> {
  return requestsTo(
    sandbox,
    'twilio',
    ({ method, path, body, effect }) =>
      effect &&
      method === 'POST' &&
      path.endsWith(`/${resource}.json`) &&
      JSON.stringify(body).includes(contact.slice(1)),
  );
}
