import { describe, expect, it } from 'vitest';
import { until } from '../../src/house/until.ts';
import type { Journey } from './journey.ts';

const metricsAt = async ({ house }: Journey, offset: number): Promise<string> =>
  (await fetch(`http://127.0.0.1:${house.portBase + offset}/metrics`)).text();

/** What traces and metrics tell of the main job. */
export function observability(journey: Journey): void {
  describe('a trace', () => {
    it('goes from the client’s operation to the vendor’s call and the last handler', async () => {
      const trace = await until('one trace of everything', async () => {
        const ids = new Set(
          journey.collector.spans.flatMap(({ name, traceId }) =>
            name === 'intent deliver-sms' ? [traceId] : [],
          ),
        );
        const traces = [...ids].map((id) => journey.collector.spans.filter(({ traceId }) => traceId === id));
        return traces.find((spans) =>
          [
            ['gateway', 'operation'],
            ['gateway', 'subgraph telephony'],
            ['telephony', 'graphql telephony'],
            ['telephony', 'intent deliver-sms'],
            ['telephony', 'request 127.0.0.1'],
            ['telephony', 'ask auth.reportConnectionUse'],
            ['auth', 'answer auth.reportConnectionUse'],
            ['telephony', 'publish event'],
            ['audit', 'handle append-entry'],
          ].every(([part, name]) => spans.some((span) => span.part === part && span.name === name)),
        );
      });
      const byId = new Map(trace.map((span) => [span.spanId, span]));
      const roots = trace.filter(({ parentSpanId }) => !parentSpanId);
      expect(roots.map(({ part, name }) => `${part} ${name}`)).toEqual(['gateway operation']);
      const handled = trace.find(({ part, name }) => part === 'audit' && name.startsWith('handle'));
      expect(byId.get(handled?.parentSpanId ?? '')?.name).toBe('publish event');
      const asked = trace.find(({ name }) => name === 'request 127.0.0.1');
      expect(byId.get(asked?.parentSpanId ?? '')?.name).toBe('intent deliver-sms');
    });

    it('holds nothing that a person wrote or is called', () => {
      const { owner, customer } = journey.walk.people;
      const all = journey.collector.bodies.join('\n');
      expect(all.length).toBeGreaterThan(1_000);
      for (const canary of [owner.email, owner.password, owner.name, customer.phone, 'Your appointment']) {
        expect(all).not.toContain(canary);
      }
    });
  });

  describe('metrics', () => {
    it('of the gateway say how long operations and subgraphs took, on a port of their own', async () => {
      const text = await metricsAt(journey, 9);
      expect(text).toMatch(
        /switchboard_operation_duration_seconds_count\{operation="smsSend",kind="mutation",outcome="ok"\} 2/,
      );
      expect(text).toMatch(
        /switchboard_subgraph_request_duration_seconds_count\{subgraph="telephony",outcome="ok"\}/,
      );
      expect((await fetch(`${journey.house.url}/metrics`)).status).toBe(404);
    });

    it('of a service say what waits, and how long vendors and handlers took', async () => {
      const text = await metricsAt(journey, 3);
      for (const name of ['outbox_pending', 'dead_letters', 'intents_pending', 'consumer_pending']) {
        expect(text).toMatch(new RegExp(`^switchboard_${name} \\d+$`, 'm'));
      }
      expect(text).toMatch(/switchboard_intent_duration_seconds_count\{kind="deliver-sms",outcome="ok"\} 2/);
      expect(await metricsAt(journey, 6)).toMatch(
        /switchboard_event_handling_seconds_count\{handler="append-entry",outcome="ok"\}/,
      );
    });
  });
}
