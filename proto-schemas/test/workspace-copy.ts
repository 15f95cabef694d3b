import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packageFolder, runBuf } from '../generate/contracts.ts';

/** A buf workspace in a temporary folder: our rules, and protos that a test may spoil. Gone when the test ends. */
export interface WorkspaceCopy {
  readonly folder: string;
  /** Replaces text in one proto file, which must contain it. */
  edit(path: string, from: string | RegExp, to: string): void;
}

/** Copies `buf.yaml` and a folder of protos, by default our own. */
export function copyWorkspace(protos = join(packageFolder, 'proto')): WorkspaceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'proto-schemas-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(packageFolder, 'buf.yaml'), join(folder, 'buf.yaml'));
  cpSync(protos, join(folder, 'proto'), { recursive: true });
  return {
    folder,
    edit(path, from, to) {
      const target = join(folder, 'proto', path);
      const before = readFileSync(target, 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${path} does not contain ${String(from)}`);
      writeFileSync(target, after);
    },
  };
}

/** What buf complains about in a folder; empty if it accepts it. */
export function complaintsOf(args: readonly string[], folder: string): string {
  try {
    runBuf(args, folder);
    return '';
  } catch (thrown) {
    const { stdout, stderr } = thrown as { stdout: Buffer; stderr: Buffer };
    return `${stdout.toString()}${stderr.toString()}`;
  }
}
