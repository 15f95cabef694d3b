import { readSupergraph } from '@switchboard/composition';
import type { RecordedOperation } from '@switchboard/composition/operations';
import { SdlSigner } from '@switchboard/identity';
import { createLogger } from '@switchboard/observability';
import { waitFor } from '@switchboard/testing';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { ANNOTATIONS, Controller, connectCluster } from '../src/index.ts';
import { ApiServer } from './api-server.ts';
import { type Pod, type PodKeys, startPod } from './subgraphs.ts';

export const NAMESPACE = 'prod';
export const CURRENT = 'switchboard-supergraph';

/** A cluster with subgraphs, and the controllers that watch it. */
export class Fixture {
  readonly #pods: Pod[] = [];
  readonly #controllers: Controller[] = [];
  /** What clients are said to have sent; an Error is thrown. */
  operations: readonly RecordedOperation[] | Error = [];

  private constructor(
    readonly api: ApiServer,
    readonly keys: PodKeys,
    readonly controllerKey: JWK,
  ) {}

  static async start(): Promise<Fixture> {
    const [gateway, controller] = await Promise.all(
      [0, 1].map(() => generateKeyPair('EdDSA', { extractable: true })),
    );
    if (!gateway || !controller) throw new Error('no keys');
    const keys = {
      gateway: await exportJWK(gateway.publicKey),
      controller: await exportJWK(controller.publicKey),
    };
    return new Fixture(await ApiServer.start(), keys, await exportJWK(controller.privateKey));
  }

  pod(subgraph: string, sdl: string): Promise<Pod> {
    return startPod(subgraph, sdl, this.keys).then((pod) => {
      this.#pods.push(pod);
      return pod;
    });
  }

  /** A Service and an EndpointSlice for each of its pods. */
  service(subgraph: string, pods: readonly Pod[], notReady: readonly Pod[] = []): void {
    if (!this.api.find('services', subgraph)) {
      const labels = { 'switchboard.dev/subgraph': subgraph };
      this.api.put('services', { kind: 'Service', metadata: { name: subgraph, labels } });
    }
    const wanted = new Set([...pods, ...notReady].map(({ name }) => name));
    for (const { metadata } of this.api.list('endpointslices')) {
      const isOwn = metadata.labels?.['kubernetes.io/service-name'] === subgraph;
      if (isOwn && !wanted.has(metadata.name)) this.api.remove('endpointslices', metadata.name);
    }
    for (const pod of [...pods, ...notReady]) {
      this.api.put('endpointslices', {
        metadata: { name: pod.name, labels: { 'kubernetes.io/service-name': subgraph } },
        addressType: 'IPv4',
        ports: [{ name: 'http', port: pod.port }],
        endpoints: [
          {
            addresses: ['127.0.0.1'],
            conditions: { ready: pods.includes(pod) },
            targetRef: { kind: 'Pod', name: pod.name, uid: pod.name },
          },
        ],
      });
    }
  }

  /** A replica of the controller, with times for a test. */
  controller(identity: string, { leaseS = 15 } = {}): Controller {
    const controller = new Controller({
      cluster: connectCluster(this.api.kubeConfig(), NAMESPACE, 2_000),
      name: CURRENT,
      identity,
      signer: SdlSigner.create(this.controllerKey),
      readOperations: async () => {
        if (this.operations instanceof Error) throw this.operations;
        return this.operations;
      },
      leaseS,
      resyncMs: 300,
      retryMs: 50,
      logger: createLogger('controller', { level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    });
    this.#controllers.push(controller);
    controller.start();
    return controller;
  }

  get version(): number {
    return Number(this.api.find('configmaps', CURRENT)?.metadata.annotations?.[ANNOTATIONS.version] ?? 0);
  }

  get sdl(): string {
    return this.api.find('configmaps', CURRENT)?.data?.['supergraph.graphql'] ?? '';
  }

  get versionNames(): string[] {
    return this.api
      .list('configmaps')
      .map(({ metadata }) => metadata.name)
      .filter((name) => /-\d+$/.test(name));
  }

  get status(): {
    state: string;
    reasons: string[];
    candidateHash?: string;
    changes?: { description: string }[];
  } {
    return JSON.parse(
      this.api.find('configmaps', `${CURRENT}-status`)?.data?.['status.json'] ?? '{"state":""}',
    );
  }

  /** Reasons and messages of the Events about a Service. */
  events(subgraph: string): { reason: string; message: string }[] {
    return this.api
      .list('events')
      .filter(({ involvedObject }) => (involvedObject as { name: string }).name === subgraph)
      .map(({ reason, message }) => ({ reason: String(reason), message: String(message) }));
  }

  annotate(name: string, value: string): void {
    const current = this.api.find('configmaps', CURRENT);
    if (!current) throw new Error('nothing published');
    current.metadata.annotations = { ...current.metadata.annotations, [name]: value };
    this.api.put('configmaps', current);
  }

  async published(version: number): Promise<void> {
    await waitFor(`version ${version}`, () => this.version === version, 15_000);
  }

  async becomes(state: string, reason = ''): Promise<void> {
    await waitFor(
      `${state}: ${reason}`,
      () => this.status.state === state && this.status.reasons.join('\n').includes(reason),
      15_000,
    );
  }

  subgraphs(): readonly string[] {
    return readSupergraph(this.sdl).subgraphs;
  }

  async stop(): Promise<void> {
    this.api.up();
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    await Promise.all(this.#pods.map((pod) => pod.close()));
    await this.api.stop();
  }
}
