import { type Answer, ask, explain } from './ask.ts';

/** A demo user that is signed in, as far as this page needs to know. */
export interface DemoAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly workspaceName: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** RFC 3339; the end of the access token. */
  readonly expiresAt: string;
}

type Session = Pick<DemoAccount, 'accessToken' | 'refreshToken' | 'expiresAt'>;

interface Payload {
  readonly session: Session | null;
  readonly userErrors: readonly { readonly message: string }[];
}

export const SIGN_UP = `mutation SignUp($input: UserSignUpInput!) {
  userSignUp(input: $input) {
    user { id name email isEmailVerified }
    workspace { id name }
    session { accessToken refreshToken expiresAt }
    userErrors { code message path }
  }
}`;

export const REFRESH = `mutation Refresh($input: SessionRefreshInput!) {
  sessionRefresh(input: $input) {
    session { accessToken refreshToken expiresAt }
    userErrors { code message path }
  }
}`;

const FIRST_NAMES = ['Ana', 'Bora', 'Chidi', 'Dilek', 'Emil', 'Farida', 'Goran', 'Hana', 'Imre', 'Jana'];
const LAST_NAMES = ['Aydin', 'Bauer', 'Castro', 'Dimitrova', 'Ekwueme', 'Fontaine', 'Gruber', 'Horvat'];

/**
 * Signs up a made-up person with a workspace.
 * @throws Error in words for the person at the screen.
 */
export async function signUpDemo(): Promise<DemoAccount> {
  const person = madeUpPerson();
  const answer = await ask({ query: SIGN_UP, variables: { input: person }, operationName: 'SignUp' });
  return { ...person, ...sessionOf(answer, 'userSignUp') };
}

/**
 * The same account with its next tokens.
 * @throws Error in words for the person at the screen; a refresh token works once.
 */
export async function refreshDemo(account: DemoAccount): Promise<DemoAccount> {
  const { refreshToken } = account;
  const answer = await ask({
    query: REFRESH,
    variables: { input: { refreshToken } },
    operationName: 'Refresh',
  });
  return { ...account, ...sessionOf(answer, 'sessionRefresh') };
}

function sessionOf(answer: Answer, field: string): Session {
  const payload = answer.data?.[field] as Payload | null | undefined;
  const refusal = payload?.userErrors[0]?.message ?? explain(answer);
  if (refusal) throw new Error(refusal);
  if (!payload?.session) throw new Error('The answer held no session.');
  return payload.session;
}

function madeUpPerson(): Pick<DemoAccount, 'name' | 'email' | 'password' | 'workspaceName'> {
  const first = pick(FIRST_NAMES);
  const tag = hex(4);
  return {
    name: `${first} ${pick(LAST_NAMES)}`,
    email: `${first.toLowerCase()}.${tag}@example.com`,
    password: `demo-${hex(12)}`,
    workspaceName: `${first}'s demo ${tag.slice(0, 4)}`,
  };
}

function pick(names: readonly string[]): string {
  return names[Math.floor(Math.random() * names.length)] ?? 'Ana';
}

function hex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
