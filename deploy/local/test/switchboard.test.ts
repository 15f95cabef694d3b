import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const COMMANDS = ['start', 'status', 'doctor', 'replay', 'supergraph'];
const FOLDER = join(import.meta.dirname, '..');

describe('npx switchboard', () => {
  it.each([[[]], [['explode']]])('says what there is instead of %j', (args) => {
    const program = join(FOLDER, 'bin/switchboard.mjs');
    const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    expect(stderr).toContain(COMMANDS.join(' | '));
    expect(status).toBe(2);
  });

  it('knows commands that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(FOLDER, '../../package.json'), 'utf8'));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(COMMANDS));
  });
});
