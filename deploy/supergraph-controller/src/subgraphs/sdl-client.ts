import { AppError } from '@switchboard/errors';
import { IDENTITY_HEADER, SDL_REQUEST_BODY, type SdlSigner } from '@switchboard/identity';
import { request } from 'undici';
import type { SubgraphEndpoint } from './subgraph-service.ts';

const ANSWER_MS = 5_000;
const SDL_BYTES_MAX = 4 * 1_024 * 1_024;

/** Asks one pod for its subgraph's SDL. */
export class SdlClient {
  constructor(private readonly signer: SdlSigner) {}

  /** @throws AppError UNAVAILABLE with the reason in a few words. */
  async ask(subgraph: string, { url }: SubgraphEndpoint): Promise<string> {
    let status: number;
    let text: string;
    try {
      const { statusCode, body } = await request(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: this.signer.sign(subgraph) },
        body: SDL_REQUEST_BODY,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      status = statusCode;
      text = '';
      body.setEncoding('utf8');
      for await (const chunk of body) {
        text += chunk;
        if (text.length > SDL_BYTES_MAX) throw new Error(`answers more than ${SDL_BYTES_MAX} bytes`);
      }
    } catch (cause) {
      throw unavailable(cause instanceof Error ? cause.message : String(cause), cause);
    }
    if (status === 401) throw unavailable('answers 401: does it know the public key of this controller?');
    const sdl = sdlOf(text);
    if (status !== 200 || sdl === undefined) throw unavailable(`answers ${status} without an SDL`);
    return sdl;
  }
}

function sdlOf(text: string): string | undefined {
  try {
    const sdl: unknown = JSON.parse(text)?.data?._service?.sdl;
    return typeof sdl === 'string' && sdl !== '' ? sdl : undefined;
  } catch {
    return undefined;
  }
}

function unavailable(why: string, cause?: unknown): AppError {
  return new AppError('UNAVAILABLE', why, { cause });
}
