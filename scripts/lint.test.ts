import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const service = 'services/telephony/src';

const use = (path: string) => `import { x } from '${path}';\n\nexport const y = x;\n`;

const FORBIDDEN = [
  ['domain', '../use-cases/send-sms.ts'],
  ['domain', '../providers/phone-provider.ts'],
  ['domain', '@switchboard/messaging'],
  ['domain', '@switchboard/proto-schemas'],
  ['use-cases', '../graphql/sms.type.ts'],
  ['use-cases', '../providers/twilio/twilio.provider.ts'],
  ['use-cases', 'type-graphql'],
  ['use-cases', 'twilio'],
  ['use-cases', '@switchboard/mail'],
  ['use-cases', 'pg'],
  ['graphql', '../providers/phone-provider.ts'],
  ['graphql', '../persistence/migrations.ts'],
  ['events', '../graphql/sms.type.ts'],
  ['webhooks', '../graphql/sms.type.ts'],
  ['webhooks', 'stripe'],
] as const;

const ALLOWED = [
  ['domain', './sms-status.ts'],
  ['domain', '@mikro-orm/decorators/legacy'],
  ['use-cases', '../domain/sms.ts'],
  ['use-cases', '../providers/phone-provider.ts'],
  ['use-cases', '../events/published.ts'],
  ['graphql', '../use-cases/send-sms.ts'],
  ['webhooks', '../providers/twilio/twilio.mapping.ts'],
] as const;

/** A copy of the rules in an empty tree, with one file per case: a linter that reads nothing is green for ever. */
let folder: string;
let findings: string;
const nameOf = (kind: string, index: number) => `${kind}-${index}.ts`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchboard-lint-'));
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(
    join(folder, 'biome.json'),
    JSON.stringify({ ...config, vcs: { enabled: false }, $schema: undefined }),
  );
  cpSync(join(root, 'lint'), join(folder, 'lint'), { recursive: true });
  const write = (path: string, source: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  };
  for (const [index, [layer, path]] of FORBIDDEN.entries()) {
    write(`${service}/${layer}/${nameOf('forbidden', index)}`, use(path));
  }
  for (const [index, [layer, path]] of ALLOWED.entries()) {
    write(`${service}/${layer}/${nameOf('allowed', index)}`, use(path));
  }
  write(`${service}/use-cases/raw.ts`, 'export const go = (em) => em.getKysely();\n');
  write(`${service}/graphql/decorated.ts`, 'export class R {\n  m(@Ctx() c: any) {\n    return c;\n  }\n}\n');
  write(`${service}/use-cases/one.ts`, "import type { Two } from './two.ts';\n\nexport type One = Two;\n");
  write(`${service}/use-cases/two.ts`, "import type { One } from './one.ts';\n\nexport type Two = One;\n");
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const result = spawnSync(biome, ['lint', '--reporter=github', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  findings = result.stdout + result.stderr;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The findings about one file. */
function about(file: string): string {
  return findings
    .split('\n')
    .filter((line) => line.includes(file))
    .join('\n');
}

describe('the boundaries of a service', () => {
  it.each(FORBIDDEN.map(([layer, path], index) => [layer, path, index] as const))(
    '%s cannot import %s',
    (layer, _path, index) => {
      expect(about(`${layer}/${nameOf('forbidden', index)}`)).toContain('noRestrictedImports');
    },
  );

  it.each(ALLOWED.map(([layer, path], index) => [layer, path, index] as const))(
    '%s can import %s',
    (layer, _path, index) => {
      expect(about(`${layer}/${nameOf('allowed', index)}`)).not.toContain('noRestrictedImports');
    },
  );

  it('keep raw connections out', () => {
    expect(about('use-cases/raw.ts')).toContain('Raw connections bypass');
  });

  it('let no two files import each other, were it types alone', () => {
    for (const file of ['one.ts', 'two.ts']) expect(about(`use-cases/${file}`)).toContain('part of a cycle');
  });

  it('hold for what is hard to parse: decorated parameters', () => {
    expect(about('graphql/decorated.ts')).toContain('noExplicitAny');
  });
});
