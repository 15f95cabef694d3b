import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = join(import.meta.dirname, 'failpoints.ts');

/** Runs a script in a process of its own. @returns what it printed, and the signal that ended it. */
function run(
  script: string,
  environment: Record<string, string>,
): { printed: string; signal: string | null } {
  const program = `import { writeFileSync } from 'node:fs'; const { failpoint } = await import(${JSON.stringify(MODULE)}); ${script}`;
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  });
  return { printed: stdout.trim(), signal };
}

const TWICE = `failpoint('intent.after-act'); console.log('passed'); failpoint('intent.after-act'); console.log('end');`;

it('does nothing unless armed', () => {
  expect(run(TWICE, {})).toEqual({ printed: 'passed\nend', signal: null });
  expect(run(TWICE, { FAILPOINTS: 'intent.after-lease' })).toEqual({ printed: 'passed\nend', signal: null });
});

it('ends the process at the passage asked for, before anything else runs', () => {
  expect(run(TWICE, { FAILPOINTS: 'intent.after-act' })).toEqual({ printed: '', signal: 'SIGKILL' });
  expect(run(TWICE, { FAILPOINTS: 'x,intent.after-act:2' })).toEqual({
    printed: 'passed',
    signal: 'SIGKILL',
  });
});

it('arms a running process by a file, and counts from then on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-failpoints-'));
  const file = join(folder, 'points');
  const script = `${TWICE} writeFileSync(${JSON.stringify(file)}, 'intent.after-act:2'); ${TWICE}`;
  expect(run(script, { FAILPOINTS: `@${file}` })).toEqual({
    printed: 'passed\nend\npassed',
    signal: 'SIGKILL',
  });
  rmSync(folder, { recursive: true });
});
