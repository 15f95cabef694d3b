import type { ConfigShape } from '@switchboard/config';
import { z } from 'zod';
import type { ChartPart } from './parts.ts';

/** A JSON Schema, draft 7: what Helm reads. */
export type JsonSchema = Record<string, unknown>;

/**
 * What `env` of a part may hold: its variables that are neither the chart's own nor secret, each as its configuration
 * has it. An unknown variable, a wrong type or a secret in plain text fails when the chart is installed.
 */
export function envSchemaOf(part: ChartPart, shape: ConfigShape): JsonSchema {
  const schemas = Object.assign(
    {},
    shape.base.shape,
    ...Object.values(shape.groups ?? {}).map((g) => g.shape),
  );
  const names = part.variables.filter(({ from }) => from === 'env').map(({ name }) => name);
  const own = names.map((name) => [name, variableSchema(schemas[name])]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: { ...Object.fromEntries(own), ...RUNTIME, LOG_LEVEL: variableSchema(schemas.LOG_LEVEL) },
    ...wholeGroups(names, shape),
  };
}

/** A group is all present or all absent, as far as `env` shows it: its secrets are elsewhere. */
function wholeGroups(names: readonly string[], { groups = {} }: ConfigShape): JsonSchema {
  const dependencies = Object.values(groups).flatMap(({ shape }) => {
    const shown = Object.keys(shape).filter((name) => names.includes(name));
    const needed = shown.filter((name) => !(shape[name] as z.ZodType).safeParse(undefined).success);
    return shown
      .map((name): [string, string[]] => [name, needed.filter((other) => other !== name)])
      .filter(([, others]) => others.length > 0);
  });
  return dependencies.length === 0 ? {} : { dependencies: Object.fromEntries(dependencies) };
}

/** Node's own variables that an operator may need. */
const RUNTIME: Readonly<Record<string, JsonSchema>> = {
  NODE_OPTIONS: { type: 'string', description: "Node's own options, such as --max-old-space-size." },
  NODE_EXTRA_CA_CERTS: {
    type: 'string',
    description: 'File with more certificate authorities, mounted by extraVolumes.',
  },
};

/** Names of Node's own variables. */
export const RUNTIME_VARIABLES = Object.keys(RUNTIME);

function variableSchema(schema: z.ZodType | undefined): JsonSchema {
  if (schema === undefined) return { type: 'string' };
  const input = jsonSchemaOf(schema, 'input');
  const output = jsonSchemaOf(schema, 'output');
  const { description } = schema.meta() ?? {};
  const said = description === undefined ? {} : { description };
  // In YAML one writes true and not 'true'.
  if (output.type === 'boolean' || isYesOrNo(input)) return { ...said, enum: [true, false, 'true', 'false'] };
  const { $schema: _draft, default: _default, secret: _secret, description: _said, ...rest } = input;
  return { ...said, ...rest };
}

function isYesOrNo({ enum: values }: JsonSchema): boolean {
  return Array.isArray(values) && values.every((value) => value === 'true' || value === 'false');
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  // What a transformation makes has no schema; what it takes has one.
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-7' }) as JsonSchema;
}

function objectOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
}

/** @param envSchemas what `env` of each part may hold. */
export function valuesSchema(
  envSchemas: Readonly<Record<string, JsonSchema>>,
  handWritten: JsonSchema,
): JsonSchema {
  const { properties, definitions, ...rest } = handWritten as {
    properties: JsonSchema;
    definitions: { part: { properties: JsonSchema } & JsonSchema } & JsonSchema;
  };
  const parts = Object.entries(envSchemas).map(([name, env]) => {
    const { part } = definitions;
    // What is written by hand of a part is what it has beyond the others.
    const more = objectOf(objectOf(properties[name]).properties);
    return [name, { ...part, properties: { ...part.properties, ...more, env } }];
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment:
      'GENERATED — do not edit. From deploy/chart/values.base.json and the configuration of each part: npm run generate',
    ...rest,
    definitions,
    properties: { ...properties, ...Object.fromEntries(parts) },
  };
}
