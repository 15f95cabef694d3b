/** Whether the parts would start with the environment that the chart gives them. */
import { describeVariables, fileVariableOf, parseConfig } from '@switchboard/config';
import { beforeAll, describe, expect, it } from 'vitest';
import { allCommands, allProcesses, type Process } from '../../../scripts/processes.mjs';
import { makeInstallationSecrets } from '../../provisioner/src/installation-secret.ts';
import { RUNTIME_VARIABLES } from '../src/values-schema.ts';
import { type Container, containersOf, EXAMPLES, type Rendered, render, whyNoHelm } from './render.ts';

const why = whyNoHelm();
if (why) console.info(why);

/** What a Secret holds that was made as the documentation says. */
const MADE = makeInstallationSecrets();

/** What each example needs besides, for the vendors it names. */
const OF_VENDORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  operators: { AUTH_SENDGRID_API_KEY: 'SG.a.b' },
  'external-secrets': { AUTH_TRANSIT_TOKEN: 'hvs.x' },
};

function secretOf(example: string, key: string): string | undefined {
  if (key.endsWith('_DATABASE_URL') || key === 'uri') return 'postgresql://mail:x@db.house.svc:5432/mail';
  return { ...MADE, ...OF_VENDORS[example] }[key];
}

describe.skipIf(why)('the environment of every container', () => {
  const rendered = new Map<string, Rendered[]>();
  const processes = new Map<string, Process>();
  beforeAll(async () => {
    for (const process of [...(await allProcesses()), ...(await allCommands())])
      processes.set(process.command, process);
    await Promise.all(EXAMPLES.map(async (example) => rendered.set(example, await render(example))));
  });

  function processOf(container: Container): Process {
    const process = processes.get(container.command.join(' '));
    if (!process)
      throw new Error(`${container.name} runs ${container.command.join(' ')}, which is no process`);
    return process;
  }

  it.each(EXAMPLES)('is one that its process starts with: %s', (example) => {
    const containers = containersOf(rendered.get(example) ?? []);
    expect(containers.length).toBeGreaterThanOrEqual(14);
    for (const { container } of containers) {
      const { shape } = processOf(container);
      const environment = Object.fromEntries(
        container.env.map(({ name, value, valueFrom }) => {
          const { key, optional } = valueFrom?.secretKeyRef ?? {};
          const text = value ?? valueFrom?.fieldRef?.fieldPath ?? (key && secretOf(example, key));
          if (text === undefined && !optional)
            throw new Error(`${container.name}: nothing is said of ${name}`);
          return [name, text];
        }),
      );
      expect(() => parseConfig(shape, environment), container.name).not.toThrow();
    }
  });

  it.each(EXAMPLES)('holds nothing that its process does not read, and each variable once: %s', (example) => {
    for (const { container } of containersOf(rendered.get(example) ?? [])) {
      const { base, groups = {} } = processOf(container).shape;
      const own = [base, ...Object.values(groups)].flatMap(({ shape }) => Object.keys(shape));
      const known = new Set([...own, ...own.map(fileVariableOf), ...RUNTIME_VARIABLES]);
      const names = container.env.map(({ name }) => name);
      expect(
        names.filter((name) => !known.has(name)),
        container.name,
      ).toEqual([]);
      expect(new Set(names).size, container.name).toBe(names.length);
    }
  });

  it.each(EXAMPLES)('holds no secret in plain text: %s', (example) => {
    for (const { container } of containersOf(rendered.get(example) ?? [])) {
      const secret = describeVariables(processOf(container).shape).filter((variable) => variable.secret);
      const names = new Set(secret.map(({ name }) => name));
      const spoken = container.env.filter(({ name, value }) => value !== undefined && names.has(name));
      expect(spoken, container.name).toEqual([]);
    }
  });

  it('refers for everything that is secret to the Secret, and requires what a part cannot do without', () => {
    const [auth] = containersOf(rendered.get('minimal') ?? []).filter(
      ({ container }) => container.name === 'auth',
    );
    const references = new Map(
      auth?.container.env.map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef]),
    );
    expect(references.get('AUTH_DATABASE_URL')).toEqual({ name: 'switchboard', key: 'AUTH_DATABASE_URL' });
    expect(references.get('AUTH_STRIPE_SECRET_KEY')).toMatchObject({ name: 'switchboard', optional: true });
    const [job] = containersOf(rendered.get('operators') ?? []).filter(
      ({ container }) => container.name === 'auth-migrate',
    );
    const owner = job?.container.env.find(({ name }) => name === 'AUTH_MIGRATION_DATABASE_URL');
    expect(owner?.valueFrom?.secretKeyRef).toMatchObject({ name: 'auth-db-app', key: 'uri' });
  });
});
