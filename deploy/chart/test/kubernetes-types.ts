/** Rendered objects against what Kubernetes knows of their kinds. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rendered } from './render.ts';

const modules = join(import.meta.dirname, '../../../node_modules');
const tsc = join(modules, '.bin/tsc');
/** Below the packages, so that the compiler finds them. */
const folder = join(modules, '.cache/switchboard');

function moduleOf({ apiVersion, kind }: Rendered): string {
  const kinds: [RegExp, string][] = [
    [/^gateway\.networking\.k8s\.io/, '@kubernetes-models/gateway-api'],
    [/^monitoring\.coreos\.com/, '@kubernetes-models/prometheus-operator'],
    [/^external-secrets\.io/, '@kubernetes-models/external-secrets'],
  ];
  const [, found] = kinds.find(([pattern]) => pattern.test(apiVersion)) ?? [];
  return `${found ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
}

/** What Kubernetes' JSON schemas say against the objects: one line each. */
export async function schemaFaults(objects: readonly Rendered[]): Promise<string[]> {
  const faults = await Promise.all(
    objects.map(async (object) => {
      const models = await import(moduleOf(object));
      try {
        new models[object.kind](object).validate();
        return [];
      } catch (thrown) {
        return [`${object.kind} ${object.metadata.name}: ${(thrown as Error).message}`];
      }
    }),
  );
  return faults.flat();
}

/**
 * Fields that no kind has, which the schemas let pass and the API server drops without a word: the same packages state
 * the kinds as types, and the compiler refuses what is not in them.
 * @returns the compiler's lines.
 */
export function unknownFields(objects: readonly Rendered[]): string[] {
  const imports = new Map(
    objects.map((object) => [
      moduleOf(object),
      `import type { I${object.kind} } from '${moduleOf(object)}';`,
    ]),
  );
  // Flat literals: only those are checked for fields that are too many.
  const checks = objects.map((object) => `(${JSON.stringify(object)}) satisfies I${object.kind};`);
  const file = join(folder, `rendered-${process.pid}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, [...imports.values(), ...checks].join('\n'));
  const options = ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck', '--target', 'es2024'];
  const resolution = ['--module', 'nodenext', '--moduleResolution', 'nodenext'];
  try {
    execFileSync(tsc, [...options, ...resolution, file], { encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (thrown) {
    const { stdout } = thrown as { stdout: string };
    return stdout.split('\n').filter((line) => line.includes('error TS'));
  } finally {
    rmSync(file, { force: true });
  }
}
