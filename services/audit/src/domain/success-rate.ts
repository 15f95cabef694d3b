/** How many of those that ended succeeded, in percent with two places, such as `96.00`; `0.00` where none ended. */
export function successRate(successful: number, failed: number): string {
  const ended = successful + failed;
  return (ended === 0 ? 0 : (100 * successful) / ended).toFixed(2);
}
