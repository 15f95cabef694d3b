import {
  ApiException,
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  DiscoveryV1Api,
  type KubeConfig,
  type RequestContext,
  type ResponseContext,
  ServerConfiguration,
  Watch,
} from '@kubernetes/client-node';

const ANSWER_MS = 10_000;

/** The parts of the Kubernetes API that are used here, in one namespace. */
export interface Cluster {
  readonly namespace: string;
  readonly core: CoreV1Api;
  readonly coordination: CoordinationV1Api;
  readonly discovery: DiscoveryV1Api;
  readonly watch: Watch;
}

/** @param answerMs after which a request counts as lost; the client itself would wait for minutes. */
export function connectCluster(kubeConfig: KubeConfig, namespace: string, answerMs = ANSWER_MS): Cluster {
  const cluster = kubeConfig.getCurrentCluster();
  if (!cluster) throw new Error('No Kubernetes cluster is configured');
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: kubeConfig },
    promiseMiddleware: [
      {
        pre: async (request: RequestContext) => {
          request.setSignal(AbortSignal.timeout(answerMs));
          return request;
        },
        post: async (response: ResponseContext) => response,
      },
    ],
  });
  return {
    namespace,
    core: new CoreV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    discovery: new DiscoveryV1Api(configuration),
    watch: new Watch(kubeConfig),
  };
}

/** The HTTP status with which the API refused; undefined when it was not reached. */
export function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof ApiException ? thrown.code : undefined;
}

/** What the API answered, or undefined where there is no such object. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined;
    throw thrown;
  }
}

/** Why a request failed, in a line: the API's own words, without headers and bodies. */
export function wordsOf(thrown: unknown): string {
  const status = statusOf(thrown);
  if (status !== undefined) return `the Kubernetes API answered ${status}`;
  if (!(thrown instanceof Error)) return String(thrown);
  // Node's fetch says no more than that it failed.
  return thrown.cause instanceof Error ? `${thrown.message}: ${thrown.cause.message}` : thrown.message;
}
