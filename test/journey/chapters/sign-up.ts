import type { Client } from '../../src/house/client.ts';
import type { House } from '../../src/house/start-house.ts';
import { newPeople } from '../../src/journey/people.ts';

/** Somebody new, with a workspace of their own. */
export async function signUp(house: House, workspaceName: string): Promise<Client> {
  const { owner } = newPeople();
  const { userSignUp } = await house
    .client()
    .call<{ userSignUp: { session: { accessToken: string } } }>(
      'mutation ($input: UserSignUpInput!) { userSignUp(input: $input) { session { accessToken } userErrors { code } } }',
      { input: { ...owner, workspaceName } },
    );
  return house.client().as(userSignUp.session.accessToken);
}
