import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { request } from 'undici';
import { resend, type SentRequest } from './recorder.ts';

/** The folder with the vendors' specifications and the stand-in that judges by them; undefined: not on this machine. */
export const specsFolder = process.env.VENDOR_SPECS_DIR || undefined;

/** What a vendor's specification says of one request. */
export interface Verdict {
  readonly ok: boolean;
  readonly violations: readonly string[];
  readonly warnings: readonly string[];
}

export interface Judge {
  judge(sent: SentRequest): Promise<Verdict>;
  close(): Promise<void>;
}

interface LogEntry {
  readonly ok: boolean;
  readonly violations: readonly { level: string; where: string; at?: string; msg: string }[];
}

/** Starts the stand-in for a vendor. It answers at any free port, and says on stderr which. */
export async function startJudge(folder: string, vendor: string): Promise<Judge> {
  const child = spawn(process.execPath, [join(folder, 'specmock.mjs'), vendor, '0', '--strict'], {
    // Its validators are dependencies of this workspace.
    env: { ...process.env, SPECMOCK_MODULES: join(import.meta.dirname, '..') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await addressOf(child);
  return {
    async judge(sent) {
      await request(`${url}/__specmock/log`, { method: 'DELETE' }).then(({ body }) => body.dump());
      await resend(url, sent).then(({ body }) => body.dump());
      const { body } = await request(`${url}/__specmock/log`);
      const [entry] = (await body.json()) as LogEntry[];
      if (!entry) throw new Error(`no verdict on ${sent.method} ${sent.path}`);
      const lines = (wanted: boolean) =>
        entry.violations
          .filter(({ level }) => (level === 'error') === wanted)
          .map(({ where, at, msg }) => [where, at, msg].filter(Boolean).join(' '));
      return { ok: entry.ok, violations: lines(true), warnings: lines(false) };
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (address) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}: ${said}`)));
  });
}
