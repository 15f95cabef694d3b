import assert from 'node:assert/strict';
import { newId } from '@switchboard/ids';
import type { Broker } from '@switchboard/messaging';
import { SmsQueuedSchema } from '@switchboard/proto-schemas';
import { testActor, waitFor } from '@switchboard/testing';
import type { Flow } from '../crash.ts';
import { stateFact } from '../facts.ts';
import type { Station } from '../station.ts';

const FACTS = 5;
const SETTLED_MS = 60_000;

const ENTRIES = `query ($first: Int!) {
  auditEntries(first: $first) { nodes { eventId } }
  auditVerify { valid checkedEntries firstProblem { __typename } } }`;

/** A few facts that another service states. */
export interface FactsRun {
  readonly eventIds: readonly string[];
}

interface Answer {
  readonly auditEntries: { readonly nodes: readonly { readonly eventId: string }[] };
  readonly auditVerify: { readonly valid: boolean; readonly checkedEntries: number };
}

const actor = testActor();
let telephony: Broker | undefined;

async function entriesOf(
  station: Station,
  run: FactsRun,
): Promise<{ count: number; verification: Answer['auditVerify'] }> {
  const answer = await station.graphql<Answer>(actor, ENTRIES, { first: 100 });
  if (!answer.data) throw new Error(JSON.stringify(answer));
  const { auditEntries, auditVerify } = answer.data;
  const count = auditEntries.nodes.filter(({ eventId }) => run.eventIds.includes(eventId)).length;
  return { count, verification: auditVerify };
}

/** Every fact is in the trail once, and the chain holds. */
export const keepTrail: Flow<FactsRun> = {
  fresh: () => ({ eventIds: Array.from({ length: FACTS }, () => newId('evt')) }),
  async act(station, { eventIds }) {
    telephony ??= await station.broker.connect('telephony');
    for (const eventId of eventIds) {
      await stateFact(telephony, {
        eventId,
        schema: SmsQueuedSchema,
        payload: { smsId: newId('sms'), settingsId: newId('tws'), sandbox: true, segments: 1 },
        workspaceId: actor.workspaceId,
      });
    }
  },
  async settled(station, run) {
    await waitFor('the entries', async () => (await entriesOf(station, run)).count >= FACTS, SETTLED_MS);
  },
  async verify(station, run) {
    const { count, verification } = await entriesOf(station, run);
    assert.equal(count, FACTS);
    assert.equal(verification.valid, true, JSON.stringify(verification));
  },
};
