const FIRST_POLL_MS = 50;
/** On a slow machine a condition takes long, and asking costs points that the conditions after it need. */
const LONGEST_POLL_MS = 500;

/**
 * Waits until a condition holds.
 * @param look answers what it found, or nothing yet.
 * @throws Error naming what was waited for after `timeoutMs`.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | null | false>,
  timeoutMs = 45_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 1.3, LONGEST_POLL_MS)) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
