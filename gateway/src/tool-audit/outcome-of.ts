import type { GraphQLFormattedError } from 'graphql';
import { isJsonObject } from '../execution/json-object.ts';

/** An answer as its client gets it. */
export interface GivenAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

/** How one tool fared in an answer. */
export interface ToolOutcome {
  readonly payload: unknown;
  /** The first error, else the first refusal; absent where it succeeded. */
  readonly errorMessage: string | undefined;
}

/**
 * @param key the name under which the tool answers.
 * @param userErrors those of its payload, which the client need not have selected.
 */
export function outcomeOf({ data, errors = [] }: GivenAnswer, key: string, userErrors: unknown): ToolOutcome {
  const payload = data?.[key] ?? null;
  // An error without a place is everybody's; so is any other where it took all data with it.
  const error =
    errors.find(({ path }) => path === undefined || path[0] === key) ?? (data ? undefined : errors[0]);
  return { payload, errorMessage: error?.message ?? refusalIn(userErrors) };
}

function refusalIn(refusals: unknown): string | undefined {
  if (!Array.isArray(refusals) || refusals.length === 0) return undefined;
  const [first] = refusals as unknown[];
  const { message, code } = isJsonObject(first) ? first : {};
  return (
    [message, code].find((text): text is string => typeof text === 'string' && text !== '') ?? 'Refused.'
  );
}
