import { readFileSync } from 'node:fs';
import { ConfigError } from '@switchboard/config';
import { stopOnSignals } from '@switchboard/lifecycle';
import { createLogger, startTracing } from '@switchboard/observability';
import { COMMITTED_SUPERGRAPH, type GatewayConfig, loadConfig } from './config.ts';
import { createGateway } from './gateway.ts';
import { metricsServer } from './http/metrics-server.ts';
import { AuthLink } from './identity/auth-link.ts';
import { readRegisteredOperations } from './persisted/registered-operations.ts';
import { firstSupergraph, followSupergraph } from './reload/follow-supergraph.ts';
import { EventLink } from './subscriptions/event-link.ts';
import { AuditLink } from './tool-audit/audit-link.ts';

/** Requests have 8 s to finish, and audit is told then how tools' calls ended. The chart allows 20 s. */
const STOP_DEADLINE_MS = 19_000;

const stopInOrder = stopOnSignals(STOP_DEADLINE_MS);
const config = configOrExit();
const logger = createLogger('gateway', { level: config.logLevel });
const stopTracing = await startTracing({ part: 'gateway', ...config.tracing });
const link = new AuthLink({ ...config.broker, user: 'gateway', logger }, logger);
const events = new EventLink({ ...config.broker, user: 'gateway', logger }, logger);
const toolAudit = new AuditLink();
const parts = {
  config,
  ...(config.persistedOperationsFile && {
    registeredOperations: readRegisteredOperations(readFileSync(config.persistedOperationsFile, 'utf8')),
  }),
  apiKeyVerifier: link,
  sessionChecker: link,
  events,
  toolAudit,
  logger,
  probes: [
    { name: 'broker', isReady: () => link.isUp() },
    { name: 'events', isReady: async () => events.isFollowing },
  ],
};
const gateway = await firstSupergraph(
  config.supergraphFile,
  COMMITTED_SUPERGRAPH,
  (supergraphSdl) => createGateway({ ...parts, supergraphSdl }),
  logger,
);
const stopFollowing = followSupergraph(
  config.supergraphFile,
  (sdl) => gateway.replaceSupergraph(sdl),
  logger,
);
link.open(gateway, (broker) => {
  toolAudit.connected(broker);
  gateway.shareLimits(broker);
  gateway.recordOperations(broker);
});
const metrics = metricsServer();
if (config.metricsPort !== undefined) await metrics.listen({ host: config.host, port: config.metricsPort });
const url = await gateway.listen();
logger.info({ url }, 'gateway listening');

stopInOrder(logger, async () => {
  stopFollowing();
  await gateway.drain();
  await gateway.close();
  await Promise.all([link.close(), events.close(), metrics.close()]);
  await stopTracing();
});

function configOrExit(): GatewayConfig {
  try {
    return loadConfig(process.env);
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    process.stderr.write(`gateway: ${thrown.message}\n`);
    process.exit(1);
  }
}
