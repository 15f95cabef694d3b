import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

const root = import.meta.dirname;

interface PackageJson {
  name: string;
  exports?: Record<string, { default: string }>;
}

function packageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}

const folders = [
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
  'proto-schemas',
  ...readdirSync(join(root, 'services')).map((name) => `services/${name}`),
  ...[
    'gateway',
    'gateway/explorer',
    'deploy/chart',
    'deploy/local',
    'deploy/provisioner',
    'deploy/supergraph-controller',
    'test',
  ],
].filter((folder) => existsSync(join(root, folder, 'package.json')));

/** `@switchboard/x` to its source: a test of one package and the packages it uses then share one copy of each class. */
const workspaceSources = folders.flatMap((folder) => {
  const { name, exports = {} } = packageJson(folder);
  return Object.entries(exports).flatMap(([path, target]) => {
    // Generated contracts lie beside src; what is neither here nor there stays what the package exports.
    const places = ['/src/', '/'].map((place) =>
      target.default.replace('/dist/', place).replace(/\.js$/, '.ts'),
    );
    const source = places.find((path) => path.endsWith('.ts') && existsSync(join(root, folder, path)));
    if (source === undefined) return [];
    const find = new RegExp(`^${name}${path.slice(1)}$`);
    return [{ find, replacement: join(root, folder, source) }];
  });
});

const alias = [
  // Node gives packages the CommonJS build and Vite would give our sources the other one: two copies refuse each other.
  { find: /^graphql$/, replacement: join(root, 'node_modules/graphql/index.js') },
  ...workspaceSources,
];

const places = [
  ...folders.map((folder) => ({
    folder,
    include: [
      folder === 'test'
        ? '{src,faults,isolation,journey,canaries,contract}/**/*.test.ts'
        : '{src,test}/**/*.test.ts',
    ],
  })),
  { folder: 'scripts', include: ['*.test.ts'] },
];

export default defineConfig({
  test: {
    reporters: ['default', './scripts/last-line-reporter.mjs'],
    // Tests wait for brokers, databases and processes more than they compute: one more than there are cores keeps none idle.
    maxWorkers: Math.max(2, availableParallelism()) + 1,
    sequence: { sequencer: LongestFirst },
    projects: places.map(({ folder, include }) => ({
      root: join(root, folder),
      resolve: { alias },
      // As in tsconfig.base.json, which Vite does not find for test files: builds leave them out.
      oxc: {
        decorator: { legacy: true },
        typescript: { removeClassFieldsWithoutInitializer: true },
        assumptions: { setPublicClassFields: true },
      },
      test: {
        name: folder,
        include,
        exclude: ['dist/**', 'node_modules/**'],
        // Files of a project share what they import, which is loading half of the libraries there are: tests keep no
        // state in modules.
        isolate: false,
        // Brokers and databases are real, and CI machines are small.
        testTimeout: 60_000,
        hookTimeout: 180_000,
      },
    })),
  },
});
