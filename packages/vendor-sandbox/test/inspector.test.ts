import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { control } from './control.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

describe('the inspector', () => {
  it('is one page that loads nothing from elsewhere', async () => {
    const answer = await fetch(sandbox.url);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    const html = await answer.text();
    expect(html).toContain(`<script nonce="${nonce}">`);
    expect(html).not.toMatch(/(src|href)="https?:/);
  });

  it('runs a script that parses', async () => {
    const script = /<script nonce="[^"]+">([\s\S]*)<\/script>/.exec(
      await (await fetch(sandbox.url)).text(),
    )?.[1];
    expect(() => new Function(script ?? '(')).not.toThrow();
  });
});

describe('the control API', () => {
  it('refuses pages of other sites', async () => {
    const answer = await fetch(`${sandbox.url}/control/reset`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(answer.status).toBe(403);
    expect(await control(sandbox.url, 'POST', '/reset')).toEqual({ reset: true });
  });
});
