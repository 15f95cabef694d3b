import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IDENTITY_HEADER, IdentitySigner, SDL_REQUEST_BODY, SdlSigner } from '@switchboard/identity';
import { requireDataFolder } from './data-folder.ts';
import { loadKeys } from './keys.ts';
import { Problem } from './problem.ts';
import type { Settings } from './settings.ts';
import type { SubgraphPlace } from './supergraph-request.ts';

const ANSWER_MS = 5000;

interface SubgraphDocument {
  readonly name: string;
  readonly sdl: string;
}

/** The subgraphs of this copy of the project. */
export function committedSubgraphs(root: string): SubgraphDocument[] {
  const services = join(root, 'services');
  return readdirSync(services)
    .sort()
    .map((name) => ({ name, file: join(services, name, 'schema.graphql') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => ({ name, sdl: readFileSync(file, 'utf8') }));
}

/** Reads a file, or asks a service that runs. @throws {Problem} */
export async function readSubgraph(
  { name, place }: SubgraphPlace,
  env: NodeJS.ProcessEnv,
  settings: Settings,
): Promise<SubgraphDocument> {
  if (!/^https?:\/\//.test(place)) {
    if (!existsSync(place)) throw new Problem(`${place}, the subgraph ${name}, does not exist.`);
    return { name, sdl: readFileSync(place, 'utf8') };
  }
  const response = await fetch(place.endsWith('/graphql') ? place : `${place.replace(/\/$/, '')}/graphql`, {
    method: 'POST',
    body: SDL_REQUEST_BODY,
    headers: {
      'content-type': 'application/json',
      [IDENTITY_HEADER]: await tokenFor(name, env, settings),
    },
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((failure: Error) => {
    throw new Problem(`${name} does not answer at ${place} (${failure.message}).`);
  });
  const answer = (await response.json().catch(() => undefined)) as
    | { data?: { _service?: { sdl?: string } } }
    | undefined;
  const sdl = answer?.data?._service?.sdl;
  if (response.status === 200 && sdl) return { name, sdl };
  throw new Problem(`${name} at ${place} answers ${response.status} without an SDL.`);
}

/** By the supergraph controller's key where it is given, else by the gateway's of DATA_DIR. */
async function tokenFor(name: string, env: NodeJS.ProcessEnv, settings: Settings): Promise<string> {
  const own = env.SUPERGRAPH_CONTROLLER_PRIVATE_JWK;
  if (own) return SdlSigner.create(JSON.parse(own)).sign(name);
  await requireDataFolder(settings.dataDir);
  const { identityPrivate } = await loadKeys(settings.dataDir, { isNew: false });
  const signer = await IdentitySigner.create({ ...identityPrivate, kty: 'OKP' });
  const identity = { actor: { kind: 'anonymous' }, requestId: 'req_sdl', correlationId: 'req_sdl' } as const;
  return signer.sign(identity, name, SDL_REQUEST_BODY);
}
