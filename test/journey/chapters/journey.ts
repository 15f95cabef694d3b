import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { Collector } from '../../src/house/collector.ts';
import { type House, startHouse } from '../../src/house/start-house.ts';
import { newPeople } from '../../src/journey/people.ts';
import { startWalk, type Walk } from '../../src/journey/walk.ts';

/** One installation and the people in it, through whom the chapters go in their order. */
export interface Journey {
  readonly house: House;
  readonly walk: Walk;
  /** Where the installation's spans arrive. */
  readonly collector: Collector;
  /** Everything that strangers were told; no canary may be in it. */
  readonly told: string[];
}

/** Starts before the first test and ends after the last; nothing may be read from it before. */
export function startJourney(): Journey {
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-journey-'));
  let collector: Collector;
  let house: House;
  let walk: Walk;

  beforeAll(async () => {
    collector = await Collector.start();
    house = await startHouse(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_BSP_SCHEDULE_DELAY: '200',
        // Strangers try every place of every query and mutation, which is far more than one caller may spend.
        GATEWAY_RATE_LIMIT_POINTS: '1000000',
        AUTH_ERASURE_GRACE_HOURS: '0',
      },
      { dataDir },
    );
    walk = startWalk(newPeople(), house.client(), house.sandbox);
  }, 240_000);
  afterAll(async () => {
    await house.stop();
    await collector.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 30_000);

  return {
    told: [],
    get house() {
      return house;
    },
    get walk() {
      return walk;
    },
    get collector() {
      return collector;
    },
  };
}
