import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../../..');

interface Alert {
  readonly alert: string;
  readonly expr: string;
}

/** Names of the metrics that the code defines: timings, counters, levels. */
function definedMetrics(): Set<string> {
  const names = new Set<string>();
  for (const folder of ['packages', 'services', 'gateway']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/(^|\/)src\/.*\.ts$/.test(file) || /\.test\.ts$|node_modules/.test(file)) continue;
      const text = readFileSync(join(root, folder, file), 'utf8');
      for (const [, name = ''] of text.matchAll(/defineTiming(?:<[^>]*>)?\(\s*'(\w+)'/g)) {
        for (const ending of ['_bucket', '_sum', '_count']) names.add(`${name}${ending}`);
      }
      for (const [, name = ''] of text.matchAll(/define(?:Counter|Level)(?:<[^>]*>)?\(\s*'(\w+)'/g))
        names.add(name);
      // As service-levels.ts states what is looked up.
      for (const [, name = ''] of text.matchAll(/\blevel\(\s*'(\w+)'/g)) names.add(`switchboard_${name}`);
    }
  }
  return names;
}

it('alerts ask only for metrics that the code has', () => {
  const alerts: Alert[] = parse(readFileSync(join(root, 'helm/switchboard/files/alerts.yaml'), 'utf8'));
  const defined = definedMetrics();
  expect(defined).toContain('switchboard_dead_letters');
  expect(alerts.length).toBeGreaterThanOrEqual(8);
  for (const { alert, expr } of alerts) {
    const asked = [...expr.matchAll(/\b(switchboard_\w+)\{/g)].map(([, name = '']) => name);
    expect(asked.length, alert).toBeGreaterThan(0);
    expect(
      asked.filter((name) => !defined.has(name)),
      alert,
    ).toEqual([]);
  }
});
