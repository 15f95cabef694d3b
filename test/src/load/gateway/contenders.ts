import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { SMALL_SUBGRAPHS, type SmallSubgraph } from './small-graph.ts';

export interface GraphAddress {
  readonly supergraphFile: string;
  readonly subgraphUrls: Readonly<Record<SmallSubgraph, string>>;
}

/** How to start one gateway. */
export interface Contender {
  readonly name: 'ours' | 'stock' | 'hive';
  readonly arguments: (graph: GraphAddress, port: number) => readonly string[];
  readonly environment: (graph: GraphAddress, port: number) => Readonly<Record<string, string>>;
}

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const HIVE = pathOf('../../../load/hive/');
const HIVE_BIN = join(HIVE, 'node_modules/@graphql-hive/gateway/dist/bin.js');

/** Ours is the gateway itself, with its limits and its signed identities; what it does not need here is not there. */
const ours: Contender = {
  name: 'ours',
  arguments: () => [pathOf('../../../../gateway/dist/main.js')],
  environment: ({ supergraphFile, subgraphUrls }, port) => ({
    GATEWAY_PORT: String(port),
    GATEWAY_SUPERGRAPH_FILE: supergraphFile,
    // Callers are told apart by their addresses, which a load balancer would bring.
    GATEWAY_TRUSTED_PROXIES: '127.0.0.1',
    GATEWAY_NATS_PASSWORD: 'none',
    NATS_URL: 'nats://127.0.0.1:9',
    LOG_LEVEL: 'fatal',
    // Computed and taken like any, but the nested query is dear, and is asked without end.
    GATEWAY_OPERATION_COST_MAX: '1000000',
    GATEWAY_RATE_LIMIT_POINTS: '1000000000',
    GATEWAY_IDENTITY_PRIVATE_JWK: JSON.stringify(
      generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
    ),
    ...Object.fromEntries(
      SMALL_SUBGRAPHS.map((name) => [`GATEWAY_${name.toUpperCase()}_URL`, subgraphUrls[name]]),
    ),
  }),
};

const stock: Contender = {
  name: 'stock',
  arguments: ({ supergraphFile }, port) => [pathOf('./stock-gateway.js'), supergraphFile, String(port)],
  environment: () => ({ APOLLO_TELEMETRY_DISABLED: 'true' }),
};

const hive: Contender = {
  name: 'hive',
  arguments: ({ supergraphFile }, port) => [
    HIVE_BIN,
    'supergraph',
    supergraphFile,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--fork',
    '1',
    '--config-path',
    join(HIVE, 'gateway.config.mjs'),
  ],
  environment: () => ({}),
};

export const CONTENDERS: readonly Contender[] = [ours, stock, hive];

/** Hive is no part of this repository's dependencies: it is fetched, as its lock file says, when it is first measured. */
export function installHive(): void {
  if (existsSync(HIVE_BIN)) return;
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm ? [process.execPath, npm] : ['npm'];
  execFileSync(command ?? 'npm', [...args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: dirname(join(HIVE, 'package.json')),
    stdio: 'ignore',
  });
}
