import assert from 'node:assert/strict';
import { waitFor } from '@switchboard/testing';
import type { Flow } from '../crash.ts';
import { repeated } from '../invariants.ts';
import type { Station } from '../station.ts';
import { acceptedByTwilio } from './accepted-by-twilio.ts';
import { freshText, type TextRun, textActor } from './texts.ts';

const SETTLED_MS = 60_000;

const START = `mutation ($input: CallStartInput!) {
  callStart(input: $input) { call { id status } replayed userErrors { code } } }`;
const LIST = `query ($contact: PhoneNumber!) {
  calls(filter: { contact: $contact }) { nodes { id status } } }`;

interface PlacedCall {
  readonly id: string;
  readonly status: string;
}

async function callsOf(station: Station, { contact }: TextRun): Promise<PlacedCall[]> {
  const { data } = await station.graphql<{ calls: { nodes: PlacedCall[] } }>(textActor, LIST, { contact });
  return data?.calls.nodes ?? [];
}

/** Twilio has no idempotency keys: nobody is called twice, and where nobody may have been called, we say so. */
export const callStart: Flow<TextRun> = {
  fresh: freshText,
  async act(station, { idempotencyKey, contact }) {
    const started = await station.graphql<{ callStart: { call: { id: string } | null } }>(textActor, START, {
      input: { idempotencyKey, to: contact, say: 'Once.' },
    });
    if (!started.data?.callStart.call) throw new Error(JSON.stringify(started));
  },
  async settled(station, run) {
    await waitFor(
      'the end of the call',
      async () => {
        const [call] = await callsOf(station, run);
        if (call?.status === 'COMPLETED') return true;
        // Unknown is an end only where Twilio never got it: otherwise its callbacks tell.
        return (
          call?.status === 'OUTCOME_UNKNOWN' && (await acceptedByTwilio(station, 'Calls', run.contact)) === 0
        );
      },
      SETTLED_MS,
    );
  },
  async verify(station, run) {
    const calls = await callsOf(station, run);
    assert.equal(calls.length, 1);
    const isOver = calls[0]?.status === 'COMPLETED';
    assert.equal(await acceptedByTwilio(station, 'Calls', run.contact), isOver ? 1 : 0);
    const facts = (await station.events())
      .filter(({ bytes }) => Buffer.from(bytes).includes(calls[0]?.id ?? ''))
      .map(({ type }) => type.replace('evt.telephony.v1.', ''));
    assert.deepEqual(repeated(facts), []);
    assert.ok(facts.includes('CallQueued'));
    assert.ok(facts.includes(isOver ? 'CallCompleted' : 'CallOutcomeUnknown'));
  },
};
