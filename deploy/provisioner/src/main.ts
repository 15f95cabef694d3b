import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseConfig } from '@switchboard/config';
import { createLogger } from '@switchboard/observability';
import { usersAsChartValues, usersAsServerConfig } from './broker-users.ts';
import { provisionerConfig, streamBytesMax } from './config.ts';
import {
  environmentFile,
  makeDatabasePasswords,
  makeInstallationSecrets,
  secretManifest,
} from './installation-secret.ts';
import { provisionStreams } from './provision-streams.ts';
import { SERVICES } from './services.ts';

const HELP = `What an installation needs before its parts start.

  streams   makes or updates streams and consumers on the broker (variables: docs/configuration.md)
  users     prints the users of the broker and what each may do, for nats-server's configuration
              --helm   as values of the NATS project's chart instead
              --secret the Secret with their passwords, for --helm (switchboard)
  secret    prints new keys and passwords as a Kubernetes Secret
              --name   its name (switchboard)
              --env    as an environment file instead, for Docker Compose, with those of its databases`;

try {
  await run();
} catch (thrown) {
  process.stderr.write(`provisioner: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exit(1);
}
process.exit(0);

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      helm: { type: 'boolean' },
      env: { type: 'boolean' },
      name: { type: 'string', default: 'switchboard' },
      secret: { type: 'string', default: 'switchboard' },
    },
  });
  const [command] = positionals;
  if (values.help || command === undefined) return print(`${HELP}\n`);
  if (command === 'streams') return streams();
  if (command === 'users') {
    return print(
      values.helm ? `${JSON.stringify(usersAsChartValues(values.secret), null, 2)}\n` : usersAsServerConfig(),
    );
  }
  if (command === 'secret') {
    const secrets = makeInstallationSecrets();
    return print(
      values.env
        ? environmentFile({ ...secrets, ...makeDatabasePasswords() })
        : secretManifest(values.name, secrets),
    );
  }
  throw new Error(`"${command}" is no command; --help lists them`);
}

async function streams(): Promise<void> {
  // The first process of a container ignores what it does not handle. Nothing is half done: it is simply run again.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1));
  const config = parseConfig(provisionerConfig, process.env, (path) => readFileSync(path, 'utf8'));
  const logger = createLogger('provisioner', { level: config.LOG_LEVEL });
  const target = {
    url: config.NATS_URL,
    password: config.PROVISIONER_NATS_PASSWORD,
    patienceMs: config.PROVISIONER_PATIENCE_SECONDS * 1_000,
    logger,
  };
  const replicas = config.PROVISIONER_STREAM_REPLICAS;
  await provisionStreams(target, { services: SERVICES, replicas, maxBytes: streamBytesMax(config) });
  logger.info({ replicas }, 'the broker is set up');
}

function print(text: string): void {
  process.stdout.write(text);
}
