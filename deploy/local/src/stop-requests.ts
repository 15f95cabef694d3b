/** npm passes on a signal that the terminal has sent to the whole group already. */
const ECHO_MS = 500;
const PARENT_POLL_MS = 1000;

/** The ways to ask the runner to end: SIGINT, SIGTERM, SIGHUP, or the end of the npm that started it. */
export function stopRequests(): { stop: AbortSignal; hurry: AbortSignal } {
  const stop = new AbortController();
  const hurry = new AbortController();
  let requestedAt: number | undefined;
  const request = () => {
    if (requestedAt === undefined) {
      requestedAt = performance.now();
      stop.abort();
    } else if (performance.now() - requestedAt > ECHO_MS) {
      hurry.abort();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  if (process.env.npm_lifecycle_event !== undefined) {
    const npm = process.ppid;
    // npm killed by force cannot pass anything on; its child then has another parent.
    setInterval(() => process.ppid !== npm && stop.abort(), PARENT_POLL_MS).unref();
  }
  return { stop: stop.signal, hurry: hurry.signal };
}
