/**
 * Every process of an installation and the variables it reads, from each one's own configuration: the source of
 * docs/configuration.md, .env.example, the chart and the Compose file.
 * Reads what was built, because no workspace may import all services.
 */
import { join } from 'node:path';
import { root } from './workspaces.mjs';

export const SERVICES = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'];

/** What runs for as long as the installation does. */
export async function allProcesses() {
  return [
    ...(await Promise.all(SERVICES.map(serviceProcess))),
    {
      name: 'gateway',
      folder: 'gateway',
      command: 'node gateway/dist/main.js',
      shape: (await built('gateway/dist/config.js')).gatewayConfig,
    },
    {
      name: 'supergraph-controller',
      folder: 'deploy/supergraph-controller',
      command: 'node deploy/supergraph-controller/dist/main.js',
      shape: (await built('deploy/supergraph-controller/dist/config.js')).controllerConfig,
    },
    {
      name: 'sandbox',
      folder: 'packages/vendor-sandbox',
      command: 'node packages/vendor-sandbox/dist/main.js',
      shape: { base: (await built('packages/vendor-sandbox/dist/config.js')).sandboxVariables },
    },
  ];
}

/** What runs once for each deployment and ends. */
export async function allCommands() {
  const { migrateShape } = await built('packages/service/dist/index.js');
  return [
    {
      name: 'provisioner',
      folder: 'deploy/provisioner',
      command: 'node deploy/provisioner/dist/main.js streams',
      shape: (await built('deploy/provisioner/dist/config.js')).provisionerConfig,
    },
    ...SERVICES.map((name) => ({
      name: `${name} migrate`,
      folder: `services/${name}`,
      command: `node services/${name}/dist/main.js migrate`,
      shape: migrateShape(name),
    })),
  ];
}

async function serviceProcess(name) {
  const { wholeShape } = await built('packages/service/dist/index.js');
  const own = (await built(`services/${name}/dist/config.js`))[`${name}Config`];
  if (!own) throw new Error(`services/${name}/src/config.ts exports no ${name}Config`);
  return {
    name,
    folder: `services/${name}`,
    command: `node services/${name}/dist/main.js`,
    shape: wholeShape(name, own),
  };
}

function built(path) {
  return import(join(root, path));
}
