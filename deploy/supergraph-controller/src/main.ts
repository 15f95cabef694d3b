import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { ConfigError } from '@switchboard/config';
import { AppError } from '@switchboard/errors';
import { SdlSigner } from '@switchboard/identity';
import { stopOnSignals } from '@switchboard/lifecycle';
import { SUPERGRAPH_CONTROLLER } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { type ControllerConfig, loadConfig } from './config.ts';
import { Controller } from './controller.ts';
import { httpServer } from './http-server.ts';
import { connectCluster } from './kubernetes/cluster.ts';
import { OperationsSource } from './operations-source.ts';

const stopInOrder = stopOnSignals();
const config = configOrExit();
const logger = createLogger('supergraph-controller', { level: config.LOG_LEVEL });
const password = config.SUPERGRAPH_CONTROLLER_NATS_PASSWORD;
const operations =
  password === undefined
    ? undefined
    : new OperationsSource({ url: config.NATS_URL, user: SUPERGRAPH_CONTROLLER, password, logger });

// In a pod the ServiceAccount; elsewhere KUBECONFIG or ~/.kube/config.
const kubeConfig = new KubeConfig();
kubeConfig.loadFromDefault();
const controller = new Controller({
  cluster: connectCluster(kubeConfig, config.SUPERGRAPH_CONTROLLER_NAMESPACE),
  name: config.SUPERGRAPH_CONTROLLER_NAME,
  identity: config.SUPERGRAPH_CONTROLLER_IDENTITY,
  signer: SdlSigner.create(config.SUPERGRAPH_CONTROLLER_PRIVATE_JWK),
  readOperations: async () => {
    if (operations) return operations.read();
    throw new AppError('UNAVAILABLE', 'no password for the broker is configured');
  },
  leaseS: config.SUPERGRAPH_CONTROLLER_LEASE_S,
  resyncMs: config.SUPERGRAPH_CONTROLLER_RESYNC_S * 1_000,
  logger,
});
const server = httpServer(() => controller.unreadiness);
const url = await server.listen({
  host: config.SUPERGRAPH_CONTROLLER_HOST,
  port: config.SUPERGRAPH_CONTROLLER_PORT,
});
controller.start();
logger.info({ url }, 'watching subgraphs');

stopInOrder(logger, async () => {
  await controller.stop();
  await Promise.all([operations?.close(), server.close()]);
});

function configOrExit(): ControllerConfig {
  try {
    return loadConfig(process.env, (path) => readFileSync(path, 'utf8'));
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    process.stderr.write(`supergraph-controller: ${thrown.message}\n`);
    process.exit(1);
  }
}
