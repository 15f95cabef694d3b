import type { Installation } from './installation.ts';
import type { Measurement } from './measure.ts';
import { sendText } from './mutations.ts';

const ASKED = 5;
const RETURN_TIMEOUT_MS = 60_000;

/** PostgreSQL goes away: how long a caller waits to be told, and how long after its return a text is accepted again. */
export function outage(installation: Installation): Measurement {
  return {
    title: 'PostgreSQL goes away and comes back',
    async run(bench) {
      const { figures } = bench;
      if (installation.database === 'embedded')
        return figures.leaveOut('outage', 'embedded databases cannot go away');
      const send = sendText(bench);
      await installation.loseDatabases();
      let slowestMs = 0;
      try {
        for (let asked = 0; asked < ASKED; asked += 1) {
          const askedAt = performance.now();
          const isRefused = await send().then(
            () => false,
            (thrown: Error) => thrown.message === 'UNAVAILABLE',
          );
          if (!isRefused) throw new Error('a text was not refused as UNAVAILABLE while PostgreSQL was away');
          slowestMs = Math.max(slowestMs, performance.now() - askedAt);
        }
      } finally {
        await installation.returnDatabases();
      }
      figures.set('outage.refusedMs', slowestMs);
      const backAt = performance.now();
      while (
        !(await send().then(
          () => true,
          () => false,
        ))
      ) {
        if (performance.now() - backAt > RETURN_TIMEOUT_MS)
          throw new Error('no text was accepted afterwards');
      }
      figures.set('outage.acceptedMs', performance.now() - backAt);
    },
  };
}
