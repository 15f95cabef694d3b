/**
 * Waits until a condition holds, instead of sleeping.
 * @param check throws or answers undefined/false/null while the condition does not hold.
 * @returns what `check` answered. @throws Error with the last reason after `timeoutMs`.
 */
export async function waitFor<T>(
  what: string,
  check: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + timeoutMs;
  let reason: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value !== undefined && value !== null && value !== false)
        return value as NonNullable<Exclude<T, false>>;
    } catch (error) {
      reason = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`, { cause: reason });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
