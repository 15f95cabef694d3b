import { FAILURES } from '@switchboard/errors';

/** One error as a subgraph reports it. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** What came back from a subgraph; failures of the way there are errors too. */
export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly SubgraphError[] | undefined;
}

/** The subgraph is down, slow or speaks nonsense. Which one it is stays in the log. */
export const UNAVAILABLE_ANSWER: SubgraphAnswer = {
  errors: [
    {
      message: 'Part of the answer is temporarily unavailable.',
      extensions: { code: FAILURES.UNAVAILABLE.graphql, retryAfter: 1 },
    },
  ],
};

/** The subgraph refused the gateway itself, or the supergraph is not the one it runs: our defect. */
export const DEFECT_ANSWER: SubgraphAnswer = {
  errors: [{ message: 'Internal server error', extensions: { code: FAILURES.INTERNAL.graphql } }],
};

/** Reads a body. @returns undefined when it is not a GraphQL response. */
export function parseAnswer(text: string): SubgraphAnswer | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(body) || (!('data' in body) && !('errors' in body))) return undefined;
  const { data, errors } = body;
  if (data !== undefined && data !== null && !isRecord(data)) return undefined;
  if (errors === undefined || errors === null) return data === undefined ? undefined : { data };
  if (!Array.isArray(errors)) return undefined;
  return { data, errors: errors.filter(isRecord).map(readError) };
}

function readError(error: Record<string, unknown>): SubgraphError {
  const { message, path, extensions } = error;
  return {
    message: typeof message === 'string' ? message : '',
    ...(isPath(path) && { path }),
    ...(isRecord(extensions) && { extensions }),
  };
}

function isPath(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
