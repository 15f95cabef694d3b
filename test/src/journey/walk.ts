import type { SandboxControl } from '@switchboard/testing/sandbox-control';
import type { Client } from '../house/client.ts';
import type { People } from './people.ts';

/** What a walk has come to know on its way. */
export interface Walk {
  readonly people: People;
  readonly sandbox: SandboxControl;
  /** Nobody signed in. */
  readonly visitor: Client;
  /** The owner, once signed up. */
  owner: Client;
  /** The colleague, once the invitation is accepted. */
  colleague: Client;
  smsId: string;
  callId: string;
  stripePaymentId: string;
  paypalPaymentId: string;
  meetingId: string;
  mailId: string;
}

/** One step of the main job: what is done, and what was seen that shows it. */
export interface Step {
  readonly title: string;
  /** @returns what to tell the person who watches. @throws when the product does not do it. */
  readonly run: (walk: Walk) => Promise<string>;
}

export function startWalk(people: People, visitor: Client, sandbox: SandboxControl): Walk {
  return {
    people,
    sandbox,
    visitor,
    owner: visitor,
    colleague: visitor,
    smsId: '',
    callId: '',
    stripePaymentId: '',
    paypalPaymentId: '',
    meetingId: '',
    mailId: '',
  };
}
