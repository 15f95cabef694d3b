/** How often a client asks for what is away. */
const READS_MAX = 5;

/** An error of the API, as a client sees it. */
export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId?: string; readonly retryAfter?: number };
}

/** One answer of the API. */
export interface Answer<T> {
  readonly status: number;
  readonly data: T | null | undefined;
  readonly errors: readonly ApiError[] | undefined;
}

/** A client of the public API, with the credential it was given. */
export class Client {
  constructor(
    readonly url: string,
    readonly credential?: string,
  ) {}

  /** The same installation with another credential: an access token or an API key. */
  as(credential: string): Client {
    return new Client(this.url, credential);
  }

  /** Sends an operation and returns whatever comes back. */
  async send<T = Record<string, unknown>>(query: string, variables: object = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.credential && { authorization: `Bearer ${this.credential}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as Answer<T>;
    return { status: response.status, data, errors };
  }

  /**
   * Sends an operation that must succeed as a whole. What is read is asked for again while a part of it is away, as the answer
   * says: on a busy machine a service may answer too late.
   * @throws Error with everything that was said otherwise.
   */
  async call<T>(query: string, variables: object = {}): Promise<T> {
    const { data, errors } = query.trim().startsWith('mutation')
      ? await this.send<T>(query, variables)
      : await this.#read<T>(query, variables);
    const refused = userErrorsIn(data);
    if (!data || errors || refused.length > 0) {
      throw new Error(`${query.trim().slice(0, 80)}… failed: ${JSON.stringify(errors ?? refused)}`);
    }
    return data;
  }

  async #read<T>(query: string, variables: object): Promise<Answer<T>> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.send<T>(query, variables);
      const isAway = answer.errors?.every(({ extensions }) => extensions.code === 'UNAVAILABLE') ?? false;
      if (!isAway || tries === READS_MAX) return answer;
      const retryAfterS = answer.errors?.[0]?.extensions.retryAfter ?? 1;
      await new Promise((resolve) => setTimeout(resolve, retryAfterS * 1_000));
    }
  }
}

function userErrorsIn(data: unknown): unknown[] {
  if (!data || typeof data !== 'object') return [];
  return Object.values(data).flatMap(
    (payload: { userErrors?: unknown[] } | null) => payload?.userErrors ?? [],
  );
}
