/**
 * The value that `share` of all values do not exceed, by nearest rank: always one that was measured.
 * @param share between 0 and 1, such as 0.99.
 * @returns `undefined` without values.
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
