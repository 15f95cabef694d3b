import type { WorkspaceActor } from '@switchboard/identity';
import { SandboxControl } from '@switchboard/testing';
import type { TestAuth } from './harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
type Loose = any;

export type ConsentVendorName = 'GOOGLE' | 'MICROSOFT' | 'ZOOM';
type SandboxVendor = Lowercase<ConsentVendorName>;

export const RETURN_ORIGIN = 'https://app.example.com';
const CONNECTION = 'connection { id vendor name owner state sandbox purposes secrets { name value } }';

/** Where a person arrives who was sent back by a vendor. */
export interface CameBack {
  readonly status: number;
  readonly location: string | null;
  readonly state: string;
  readonly code: string;
  readonly error: string | null | undefined;
}

/** What a front end and a person do to connect an account, against a sandbox that runs. */
export class ConsentSteps {
  readonly sandbox: SandboxControl;

  constructor(
    private readonly auth: TestAuth,
    sandboxUrl: string,
  ) {
    this.sandbox = new SandboxControl(sandboxUrl);
  }

  start(actor: WorkspaceActor, input: object): Promise<Loose> {
    const returnUrl = `${RETURN_ORIGIN}/connected?tab=mail`;
    return this.auth.mutate(actor, 'connectionStart', { returnUrl, ...input }, 'authorizationUrl');
  }

  finish(actor: WorkspaceActor, { state, code }: Pick<CameBack, 'state' | 'code'>): Promise<Loose> {
    return this.auth.mutate(actor, 'connectionFinish', { state, code }, CONNECTION);
  }

  /** The person answers the vendor's page. @returns where the vendor sends them. */
  async answer(authorizationUrl: string, vendor: ConsentVendorName, email: string, isAllowed = true) {
    const input = { authorizationUrl, email, isAllowed };
    const { redirectUrl } = (await this.simulate(vendor, 'consent', input)) as { redirectUrl: string };
    return redirectUrl;
  }

  /** Follows the way back over the installation to the front end. */
  async callback(redirectUrl: string): Promise<CameBack> {
    const { pathname, search } = new URL(redirectUrl);
    const response = await fetch(`${this.auth.service.url}${pathname}${search}`, { redirect: 'manual' });
    const location = response.headers.get('location');
    const back = location === null ? undefined : new URL(location).searchParams;
    return {
      status: response.status,
      location,
      state: back?.get('state') ?? '',
      code: back?.get('code') ?? '',
      error: back?.get('error'),
    };
  }

  async comeBack(authorizationUrl: string, vendor: ConsentVendorName, email: string): Promise<CameBack> {
    return this.callback(await this.answer(authorizationUrl, vendor, email));
  }

  /** All of it. @throws Error when nothing was connected. */
  async connect(
    actor: WorkspaceActor,
    vendor: ConsentVendorName,
    purpose: string,
    email: string,
    more: object = {},
  ): Promise<Loose> {
    const { authorizationUrl, userErrors } = await this.start(actor, { vendor, purpose, ...more });
    if (!authorizationUrl) throw new Error(JSON.stringify(userErrors));
    const finished = await this.finish(actor, await this.comeBack(authorizationUrl, vendor, email));
    if (!finished.connection) throw new Error(JSON.stringify(finished));
    return finished.connection;
  }

  simulate(vendor: ConsentVendorName, what: string, input: object): Promise<unknown> {
    return this.sandbox.simulate(nameOf(vendor), what, input);
  }

  /** Has the vendor's token endpoint misbehave. */
  async fault(vendor: ConsentVendorName, input: object): Promise<void> {
    await this.sandbox.fault({ vendor: nameOf(vendor), match: 'token', ...input });
  }

  /** How often the vendor's token endpoint was asked for a kind of grant. */
  async asked(vendor: ConsentVendorName, grantType: string): Promise<number> {
    const requests = await this.sandbox.requests(nameOf(vendor));
    return requests.filter(({ body }) => (body as Loose)?.grant_type === grantType).length;
  }
}

function nameOf(vendor: ConsentVendorName): SandboxVendor {
  return vendor.toLowerCase() as SandboxVendor;
}
