import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildFailure } from './build.mjs';
import { changedFiles, fingerprint } from './fingerprint.mjs';

it('sees a generated file that was edited, added or removed, and no built or installed one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fingerprint-'));
  for (const name of ['src', 'dist', 'node_modules']) await mkdir(join(folder, name));
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, 'src', name), name);
  const before = fingerprint(folder);
  expect(changedFiles(before, fingerprint(folder))).toEqual([]);

  await writeFile(join(folder, 'src', 'a'), 'edited');
  await rm(join(folder, 'src', 'b'));
  await writeFile(join(folder, 'src', 'd'), 'added');
  await writeFile(join(folder, 'dist', 'x'), 'built');
  await writeFile(join(folder, 'node_modules', 'y'), 'installed');
  expect(changedFiles(before, fingerprint(folder))).toEqual(['src/a', 'src/b', 'src/d']);
  await rm(folder, { recursive: true });
});

it("shows the compiler's lines of a failed build", () => {
  const output = [
    '• turbo 2.11.9',
    '@switchboard/mail:build: > tsc -p tsconfig.json',
    "@switchboard/mail:build: src/main.ts(1,1): error TS2304: Cannot find name 'x'.",
    '@switchboard/mail:build: npm error code 2',
    'Failed:    @switchboard/mail#build',
  ].join('\n');
  expect(buildFailure(output)).toBe(
    "@switchboard/mail:build: src/main.ts(1,1): error TS2304: Cannot find name 'x'.",
  );
  expect(buildFailure('turbo: command not found')).toBe('turbo: command not found');
});
