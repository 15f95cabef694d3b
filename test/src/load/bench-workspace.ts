import type { Client } from '../house/client.ts';
import type { House } from '../house/start-house.ts';
import { accountSteps } from '../journey/account-steps.ts';
import { contactSteps } from '../journey/contact-steps.ts';
import { paymentSteps } from '../journey/payment-steps.ts';
import { newPeople, type People } from '../journey/people.ts';
import { startWalk } from '../journey/walk.ts';

/** A workspace with Twilio settings and one customer whom every service knows. */
export interface BenchWorkspace {
  readonly id: string;
  readonly owner: Client;
  /** The owner's access token. */
  readonly credential: string;
  /** What the owner signs in with. */
  readonly login: { readonly email: string; readonly password: string };
  readonly customer: People['customer'];
  /** Where Twilio calls back for these settings, without the message it is about. */
  readonly callbackUrl: string;
}

/** Walks the journey as far as there is something of everything. */
export async function makeWorkspace(house: House): Promise<BenchWorkspace> {
  const people = newPeople();
  const walk = startWalk(people, house.client(), house.sandbox);
  for (const { run } of [...accountSteps, ...contactSteps, ...paymentSteps]) await run(walk);
  const { viewer } = await walk.owner.call<{ viewer: { workspace: { id: string } } }>(
    '{ viewer { workspace { id } } }',
  );
  return {
    id: viewer.workspace.id,
    owner: walk.owner,
    credential: walk.owner.credential ?? '',
    login: { email: people.owner.email, password: people.owner.password },
    customer: people.customer,
    callbackUrl: await callbackUrl(house),
  };
}

/** As the vendor was told with the first text. */
async function callbackUrl({ sandbox }: House): Promise<string> {
  const requests = await sandbox.requests('twilio');
  const told = requests
    .map(({ body }) => (body as { StatusCallback?: string } | null)?.StatusCallback)
    .find(Boolean);
  if (!told) throw new Error('no text told the vendor where to call back');
  const url = new URL(told);
  url.search = '';
  return url.href;
}
