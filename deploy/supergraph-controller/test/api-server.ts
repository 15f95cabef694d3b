import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

/** An object as the API stores it. */
export interface StoredObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  immutable?: boolean;
  data?: Record<string, string>;
  // biome-ignore lint/complexity/noBannedTypes: whatever else a kind holds.
  [field: string]: unknown | {};
}

interface Change {
  readonly version: number;
  readonly resource: string;
  readonly phase: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

interface OpenWatch {
  readonly resource: string;
  readonly labelSelector: string | undefined;
  readonly response: ServerResponse;
}

const ROUTE = /^\/(?:api\/v1|apis\/[^/]+\/v1)\/namespaces\/[^/]+\/([a-z]+)(?:\/([^/]+))?$/;

/**
 * As much of a Kubernetes API server as the controller needs, over HTTP: list, watch from a resourceVersion with
 * bookmarks, 410 Gone for one that is forgotten, 409 for what was changed meanwhile or exists, 422 for a changed immutable
 * ConfigMap. https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class ApiServer {
  readonly #objects = new Map<string, StoredObject>();
  readonly #history: Change[] = [];
  readonly #watches = new Set<OpenWatch>();
  readonly #server: Server;
  #version = 100;
  #forgottenUntil = 0;
  #isDown = false;
  /** Method and path of every request that was answered. */
  readonly requests: string[] = [];
  /** Called before a write is looked at: the place to be quicker than its sender. */
  onWrite: ((method: string, resource: string, name: string | undefined) => void) | undefined;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<ApiServer> {
    const server = new ApiServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** A kubeconfig that leads here. */
  kubeConfig(): KubeConfig {
    const { port } = this.#server.address() as AddressInfo;
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'test', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }],
      users: [{ name: 'test' }],
      contexts: [{ name: 'test', cluster: 'test', user: 'test' }],
      currentContext: 'test',
    });
    return config;
  }

  list(resource: string): StoredObject[] {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(`${resource}/`))
      .map(([, object]) => structuredClone(object));
  }

  find(resource: string, name: string): StoredObject | undefined {
    const object = this.#objects.get(`${resource}/${name}`);
    return object && structuredClone(object);
  }

  /** As another client would create or replace it. */
  put(resource: string, object: StoredObject): StoredObject {
    const key = `${resource}/${object.metadata.name}`;
    const known = this.#objects.get(key);
    const uid = known?.metadata.uid ?? `uid-${this.#version}`;
    const stored = {
      ...object,
      metadata: { ...object.metadata, uid, resourceVersion: String(this.#version + 1) },
    };
    this.#objects.set(key, stored);
    this.#change(resource, known ? 'MODIFIED' : 'ADDED', stored);
    return structuredClone(stored);
  }

  remove(resource: string, name: string): boolean {
    const object = this.#objects.get(`${resource}/${name}`);
    if (!object) return false;
    this.#objects.delete(`${resource}/${name}`);
    this.#change(resource, 'DELETED', object);
    return true;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** Ends every watch without a word. */
  cutWatches(): void {
    for (const { response } of this.#watches) response.destroy();
    this.#watches.clear();
  }

  /** Forgets what was: whoever watches from an older version is told 410, in the watch or instead of it. */
  forget({ inStream }: { inStream: boolean }): void {
    this.#forgottenUntil = this.#version;
    // A version that nobody has seen: those that know the last one are too old as well.
    this.#version += 1;
    for (const { response } of this.#watches) {
      if (inStream) response.write(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }));
      response.end();
    }
    this.#watches.clear();
  }

  bookmark(): void {
    for (const { response, resource } of this.#watches) {
      response.write(
        line('BOOKMARK', { kind: resource, metadata: { resourceVersion: String(this.#version) } }),
      );
    }
  }

  down(): void {
    this.#isDown = true;
    this.cutWatches();
    this.#server.closeAllConnections();
  }

  up(): void {
    this.#isDown = false;
  }

  async stop(): Promise<void> {
    this.cutWatches();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #change(resource: string, phase: Change['phase'], object: StoredObject): void {
    this.#version += 1;
    const copy = structuredClone(object);
    copy.metadata.resourceVersion = String(this.#version);
    const change = { version: this.#version, resource, phase, object: copy };
    this.#history.push(change);
    for (const watch of this.#watches) tell(watch, change);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    if (this.#isDown) return request.socket.destroy();
    const url = new URL(request.url ?? '/', 'http://api');
    const [, resource, name] = ROUTE.exec(url.pathname) ?? [];
    const method = request.method ?? 'GET';
    if (!resource) return answer(response, 404, status(404, 'NotFound'));
    this.requests.push(`${method} ${resource}${name ? `/${name}` : ''}`);
    if (method === 'GET' && url.searchParams.get('watch') === 'true') {
      return this.#watch(resource, url.searchParams, response);
    }
    if (method === 'GET') return this.#get(resource, name, url.searchParams, response);
    const body = await readJson(request);
    this.onWrite?.(method, resource, name);
    if (method === 'POST' && body) return this.#create(resource, body, response);
    if (method === 'PUT' && name && body) return this.#replace(resource, name, body, response);
    if (method === 'DELETE' && name) {
      const removed = this.remove(resource, name);
      return answer(response, removed ? 200 : 404, status(removed ? 200 : 404, 'Deleted'));
    }
    return answer(response, 405, status(405, 'MethodNotAllowed'));
  }

  #get(
    resource: string,
    name: string | undefined,
    query: URLSearchParams,
    response: ServerResponse,
  ): ServerResponse {
    if (name) {
      const object = this.#objects.get(`${resource}/${name}`);
      return object ? answer(response, 200, object) : answer(response, 404, status(404, 'NotFound'));
    }
    const selector = query.get('labelSelector') ?? undefined;
    const items = this.list(resource).filter((object) => isSelected(object, selector));
    return answer(response, 200, { metadata: { resourceVersion: String(this.#version) }, items });
  }

  #create(resource: string, body: StoredObject, response: ServerResponse): ServerResponse {
    const { generateName } = body.metadata as { generateName?: string };
    const name = body.metadata.name ?? `${generateName}${this.#version}`;
    if (this.#objects.has(`${resource}/${name}`)) {
      return answer(response, 409, status(409, 'AlreadyExists'));
    }
    return answer(response, 201, this.put(resource, { ...body, metadata: { ...body.metadata, name } }));
  }

  #replace(resource: string, name: string, body: StoredObject, response: ServerResponse): ServerResponse {
    const known = this.#objects.get(`${resource}/${name}`);
    if (!known) return answer(response, 404, status(404, 'NotFound'));
    const { resourceVersion } = body.metadata;
    if (resourceVersion !== undefined && resourceVersion !== known.metadata.resourceVersion) {
      return answer(response, 409, status(409, 'Conflict'));
    }
    if (known.immutable && JSON.stringify(known.data) !== JSON.stringify(body.data)) {
      return answer(response, 422, status(422, 'Invalid'));
    }
    return answer(response, 200, this.put(resource, body));
  }

  #watch(resource: string, query: URLSearchParams, response: ServerResponse): ServerResponse {
    const from = Number(query.get('resourceVersion') ?? 0);
    if (from <= this.#forgottenUntil) return answer(response, 410, status(410, 'Expired'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const watch = { resource, labelSelector: query.get('labelSelector') ?? undefined, response };
    for (const change of this.#history) if (change.version > from) tell(watch, change);
    this.#watches.add(watch);
    return response.on('close', () => this.#watches.delete(watch));
  }
}

function tell({ resource, labelSelector, response }: OpenWatch, change: Change): void {
  if (change.resource !== resource || !isSelected(change.object, labelSelector)) return;
  response.write(line(change.phase, change.object));
}

/** Only the form that asks whether a label is there. */
function isSelected({ metadata }: StoredObject, selector: string | undefined): boolean {
  return selector === undefined || metadata.labels?.[selector] !== undefined;
}

function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function status(code: number, reason: string) {
  return { kind: 'Status', apiVersion: 'v1', code, reason };
}

function answer(response: ServerResponse, code: number, body: unknown): ServerResponse {
  return response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<StoredObject | undefined> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : undefined;
}
