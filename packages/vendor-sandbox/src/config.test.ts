import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it('has defaults for everything', () => {
    expect(readConfig({})).toMatchObject({
      SANDBOX_PORT: 4_010,
      SANDBOX_SMTP_PORT: 4_011,
      SANDBOX_IMAP_PORT: 4_012,
      SANDBOX_HOST: '127.0.0.1',
    });
  });

  it('reports every mistake together', () => {
    expect(() => readConfig({ SANDBOX_PORT: 'x', PUBLIC_URL: 'nowhere' })).toThrow(
      /SANDBOX_PORT[\s\S]*PUBLIC_URL|PUBLIC_URL[\s\S]*SANDBOX_PORT/,
    );
    expect(() => readConfig({ SANDBOX_PUBLIC_URL: 'nowhere' })).toThrow(/SANDBOX_PUBLIC_URL/);
  });
});
