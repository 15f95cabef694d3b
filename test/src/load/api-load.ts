import { Pool } from 'undici';

const TIMEOUT_MS = 30_000;

interface Said {
  readonly data?: Readonly<Record<string, Payload | null>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

interface Payload {
  readonly userErrors?: readonly { readonly code: string }[];
}

/** A client made for load: one pool of connections, no conveniences. */
export class ApiLoad {
  readonly #pool: Pool;

  /** @param origin such as `http://127.0.0.1:4000`. */
  constructor(origin: string) {
    this.#pool = new Pool(origin, { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  }

  /** @returns status and body, whatever they are. */
  async post(
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const response = await this.#pool.request({ method: 'POST', path, body, headers });
    return { status: response.statusCode, text: await response.body.text() };
  }

  /** @returns the data of an operation. @throws Error with the reason in a word or two when anything was refused. */
  async graphql<T>(credential: string | undefined, query: string, variables: object): Promise<T> {
    const { status, text } = await this.post('/graphql', JSON.stringify({ query, variables }), {
      'content-type': 'application/json',
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
    });
    if (status !== 200) throw new Error(`HTTP ${status}`);
    const { data, errors } = JSON.parse(text) as Said;
    if (errors?.[0]) throw new Error(errors[0].extensions?.code ?? 'error');
    const refused = Object.values(data ?? {}).flatMap((payload) => payload?.userErrors ?? []);
    if (refused[0]) throw new Error(refused[0].code);
    return data as T;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
