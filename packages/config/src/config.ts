import type { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** All variables of one process: those that always apply, and groups that are all present or all absent. */
export interface ConfigShape {
  readonly base: z.ZodObject;
  readonly groups?: Readonly<Record<string, z.ZodObject>>;
}

/** What a shape parses to: the base's values, and each group's or `undefined`. */
export type ConfigOf<S extends ConfigShape> = z.infer<S['base']> & {
  readonly [G in keyof NonNullable<S['groups']>]: z.infer<NonNullable<S['groups']>[G]> | undefined;
};

/** Everything that is wrong with a process's variables, in lines for the operator. Values are never shown. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`Configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * Reads a process's variables. `<NAME>_FILE` names a file to read `<NAME>` from (by `readFile`), as mounted
 * secrets come, and `<NAME>_JSON` has `<NAME>_FILE`; an empty variable counts as absent.
 * @throws ConfigError with every problem at once.
 */
export function parseConfig<S extends ConfigShape>(
  shape: S,
  environment: Environment,
  readFile?: (path: string) => string,
): ConfigOf<S> {
  const problems: string[] = [];
  const values = resolve(shape, environment, readFile, problems);
  const config: Record<string, unknown> = { ...check(shape.base, values, problems) };
  for (const [name, group] of Object.entries(shape.groups ?? {})) {
    const names = Object.keys(group.shape);
    const present = names.some((variable) => values[variable] !== undefined);
    config[name] = present ? check(group, values, problems) : undefined;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as ConfigOf<S>;
}

/** Every variable of a shape with its schema, base first. */
export function variablesOf(
  shape: ConfigShape,
): [name: string, schema: z.ZodType, group: string | undefined][] {
  const of = (object: z.ZodObject, group?: string): [string, z.ZodType, string | undefined][] =>
    Object.entries(object.shape).map(([name, schema]) => [name, schema as z.ZodType, group]);
  return [
    ...of(shape.base),
    ...Object.entries(shape.groups ?? {}).flatMap(([name, group]) => of(group, name)),
  ];
}

/** The variable that names a file to read another one from: `KEY_FILE` for `KEY`, `SECRETS_FILE` for `SECRETS_JSON`. */
export function fileVariableOf(name: string): string {
  return `${name.replace(/_JSON$/, '')}_FILE`;
}

function resolve(
  shape: ConfigShape,
  environment: Environment,
  readFile: ((path: string) => string) | undefined,
  problems: string[],
): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = {};
  for (const [name] of variablesOf(shape)) {
    values[name] = environment[name] || undefined;
    const fileName = fileVariableOf(name);
    const file = environment[fileName];
    if (!file || !readFile) continue;
    if (values[name] !== undefined) problems.push(`${name}: set either ${name} or ${fileName}, not both`);
    try {
      values[name] = readFile(file).trim() || undefined;
    } catch {
      problems.push(`${fileName}: cannot read ${file}`);
    }
  }
  return values;
}

function check(
  object: z.ZodObject,
  values: Readonly<Record<string, string | undefined>>,
  problems: string[],
): Record<string, unknown> {
  const mine = Object.fromEntries(Object.keys(object.shape).map((name) => [name, values[name]]));
  const parsed = object.safeParse(mine);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0] ?? '');
    const missing = name !== '' && mine[name] === undefined;
    // zod's messages can quote the value; what is secret must not be shown, so only the kind of problem is.
    problems.push(`${name}: ${missing ? 'is required' : describe(issue)}`);
  }
  return {};
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_format') return `is not a valid ${issue.format}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  if (issue.code === 'invalid_type') return `must be a ${issue.expected}`;
  return 'is not valid';
}
