import { z } from 'zod';
import { type ConfigShape, variablesOf } from './config.ts';

interface VariableMeta {
  readonly description?: string;
  readonly secret?: boolean;
}

/** What the operator reads about one variable. */
export interface Variable {
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
  readonly required: boolean;
  /** As it would stand in the environment; absent when there is none. */
  readonly defaultValue: string | undefined;
  /** Name of the group it belongs to: all of a group or none of it. */
  readonly group: string | undefined;
}

/** Every variable of a shape, in order, for tables, `.env.example` and the chart. */
export function describeVariables(shape: ConfigShape): Variable[] {
  return variablesOf(shape).map(([name, schema, group]) => {
    const meta = (schema.meta() ?? {}) as VariableMeta;
    const absent = schema.safeParse(undefined);
    const value = absent.success ? absent.data : undefined;
    return {
      name,
      description: meta.description ?? '',
      secret: meta.secret ?? false,
      required: !absent.success,
      defaultValue: value === undefined ? undefined : String(value),
      group,
    };
  });
}

/** The variables as a Markdown table. */
export function variablesTable(shape: ConfigShape): string {
  const rows = describeVariables(shape).map((variable) => {
    const fallback = variable.defaultValue === undefined ? '' : `\`${variable.defaultValue}\``;
    const need = variable.group ? `group ${variable.group}` : variable.required ? 'yes' : '';
    return `| \`${variable.name}\` | ${need} | ${fallback} | ${variable.secret ? 'secret. ' : ''}${variable.description} |`;
  });
  return ['| Variable | Required | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** The variables as lines of `.env.example`; all commented out, because every one has a working default locally. */
export function envExample(shape: ConfigShape): string {
  return describeVariables(shape)
    .map(
      (variable) =>
        `# ${variable.description}\n# ${variable.name}=${variable.secret ? '' : (variable.defaultValue ?? '')}`,
    )
    .join('\n');
}

/** A TCP port. */
export function port(defaultPort: number, description: string): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce.number().int().min(1).max(65_535).default(defaultPort).meta({ description });
}
