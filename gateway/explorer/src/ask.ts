/** What the endpoint answers. */
export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly requestId?: string };
  }[];
}

/** One GraphQL request. */
export interface Question {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string | null;
}

const ENDPOINT = '/graphql';

/**
 * Asks the endpoint that serves this page.
 * @throws Error in words for the person at the screen, when no GraphQL answer comes back.
 */
export async function ask(
  question: Question,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(question),
  }).catch(() => {
    throw new Error('The gateway did not answer. Is it still running?');
  });
  const text = await response.text();
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new Error(`The gateway answered ${response.status} without a GraphQL result.`);
  }
}

/** The first error of an answer as one line. */
export function explain({ errors }: Answer): string | undefined {
  const first = errors?.[0];
  if (!first) return undefined;
  const { code, requestId } = first.extensions ?? {};
  const evidence = [code, requestId].filter(Boolean).join(', ');
  return evidence ? `${first.message} (${evidence})` : first.message;
}
