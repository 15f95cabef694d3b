import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

let child: ChildProcess;
afterEach(() => void child.kill('SIGKILL'));

/** Starts a process, tells it to end once it is up, and waits until it has. */
async function ended(how: string, ...signals: NodeJS.Signals[]): Promise<{ code: number; output: string }> {
  child = spawn(process.execPath, [join(import.meta.dirname, 'process.fixture.ts'), how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    if (output === '') for (const signal of signals) child.kill(signal);
    output += chunk;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

describe('a process that is asked to end', () => {
  it('while it starts ends at once', async () => {
    expect(await ended('starting', 'SIGTERM')).toEqual({ code: 0, output: '"up"\n' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('by %s ends in order, and says so', async (signal) => {
    const { code, output } = await ended('inOrder', signal);
    expect(code).toBe(0);
    expect(output).toBe(`"up"\n[{"signal":"${signal}"},"stopping"]\n["stopped"]\n`);
  });

  it('twice ends once', async () => {
    const { code, output } = await ended('inOrder', 'SIGTERM', 'SIGINT');
    expect(code).toBe(0);
    expect(output.split('stopping')).toHaveLength(2);
  });

  it('and whose parts fail to says so, and ends with 1', async () => {
    const { code, output } = await ended('fails', 'SIGTERM');
    expect(code).toBe(1);
    expect(output).toContain('did not stop in order');
  });

  it('and whose parts hang ends with 1 all the same', async () => {
    const { code, output } = await ended('hangs', 'SIGTERM');
    expect(code).toBe(1);
    expect(output).toContain('did not stop in time');
  });
});
