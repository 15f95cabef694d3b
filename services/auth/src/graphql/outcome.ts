import { AppError } from '@switchboard/errors';
import { toUserErrors, type UserError, userError } from '@switchboard/subgraph';

/** What a payload is made of: the resource, or what the screen draws instead. */
export interface Outcome<T> {
  readonly resource: T | null;
  readonly userErrors: readonly UserError[];
}

/** Runs a use case; a refusal becomes a user error that names its input field. The rest is thrown on. */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { resource: await work(), userErrors: [] };
  } catch (thrown) {
    return { resource: null, userErrors: withPath(thrown) };
  }
}

function withPath(thrown: unknown): readonly UserError[] {
  if (!(thrown instanceof AppError) || thrown.code !== 'REJECTED') return toUserErrors(thrown);
  const { code, path } = thrown.details ?? {};
  if (typeof code !== 'string' || typeof path !== 'string') return toUserErrors(thrown);
  return [userError(code, thrown.publicMessage ?? 'This was refused.', path.split('.'))];
}
