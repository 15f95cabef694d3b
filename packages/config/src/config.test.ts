import { expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, describeVariables, list, parseConfig, port, variablesTable } from './index.ts';

const shape = {
  base: z.object({
    MAIL_PORT: port(4002, 'Port of the subgraph.'),
    MAIL_KEY: z.string().min(8).meta({ secret: true, description: 'Signs things.' }),
  }),
  groups: {
    twilio: z.object({
      MAIL_TWILIO_SID: z.string().regex(/^AC/).meta({ description: 'Account.' }),
      MAIL_TWILIO_TOKEN: z.string().min(1).meta({ secret: true, description: 'Token.' }),
    }),
  },
};

it('reports every problem at once, and no value', () => {
  const attempt = () =>
    parseConfig(shape, { MAIL_PORT: 'canary', MAIL_KEY: 'canary', MAIL_TWILIO_SID: 'canary' });
  expect(attempt).toThrow(ConfigError);
  try {
    attempt();
  } catch (error) {
    const { problems, message } = error as ConfigError;
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'MAIL_PORT',
      'MAIL_KEY',
      'MAIL_TWILIO_SID',
      'MAIL_TWILIO_TOKEN',
    ]);
    expect(message).not.toContain('canary');
  }
});

it('takes all of a group or none of it', () => {
  expect(parseConfig(shape, { MAIL_KEY: 'long enough' })).toEqual({
    MAIL_PORT: 4002,
    MAIL_KEY: 'long enough',
    twilio: undefined,
  });
  expect(() => parseConfig(shape, { MAIL_KEY: 'long enough', MAIL_TWILIO_SID: 'AC1' })).toThrow(
    /MAIL_TWILIO_TOKEN/,
  );
});

it('reads a mounted secret, and refuses two sources for one value', () => {
  const files: Record<string, string> = { '/run/key': 'from the file\n' };
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  expect(parseConfig(shape, { MAIL_KEY_FILE: '/run/key' }, readFile).MAIL_KEY).toBe('from the file');
  expect(() => parseConfig(shape, { MAIL_KEY_FILE: '/run/key', MAIL_KEY: 'both given' }, readFile)).toThrow(
    /not both/,
  );
  expect(() => parseConfig(shape, { MAIL_KEY_FILE: '/run/none' }, readFile)).toThrow(/cannot read/);
});

it('reads JSON from the file that its variable would hold', () => {
  const json = { base: z.object({ MAIL_CLIENT_SECRETS_JSON: z.string() }) };
  const read = parseConfig(json, { MAIL_CLIENT_SECRETS_FILE: '/run/client.json' }, () => '{}\n');
  expect(read.MAIL_CLIENT_SECRETS_JSON).toBe('{}');
});

it('reads several values from one variable, all of them or none', () => {
  const ports = {
    base: z.object({ MAIL_PORTS: list((one) => Number(one) || undefined, 'is not a list of ports') }),
  };
  expect(parseConfig(ports, { MAIL_PORTS: ' 25, 587 ,,' }).MAIL_PORTS).toEqual([25, 587]);
  expect(parseConfig(ports, {}).MAIL_PORTS).toEqual([]);
  expect(() => parseConfig(ports, { MAIL_PORTS: '25, canary' })).toThrow(
    /MAIL_PORTS: is not a list of ports/,
  );
});

it('documents itself', () => {
  expect(describeVariables(shape)[0]).toMatchObject({
    name: 'MAIL_PORT',
    defaultValue: '4002',
    required: false,
  });
  expect(variablesTable(shape)).toContain('| `MAIL_TWILIO_TOKEN` | group twilio |  | secret. Token. |');
});
