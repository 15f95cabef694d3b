import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from 'graphql';

/** A JSON Schema (2020-12), as far as inputs need one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What JSON takes for our scalars; anything else is a string. */
const SCALARS: Readonly<Record<string, JsonSchema>> = {
  Int: { type: 'integer' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  BigInt: { type: 'string', pattern: '^-?[0-9]+$' },
  DateTime: { type: 'string', format: 'date-time' },
  EmailAddress: { type: 'string', format: 'email' },
  URL: { type: 'string', format: 'uri' },
};

/** The arguments of a field, or the fields of an input, as an object that takes nothing else. */
export function schemaOfArguments(fields: readonly (GraphQLArgument | GraphQLInputField)[]): JsonSchema {
  const required = fields.filter((field) => isRequired(field)).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function isRequired({ type, defaultValue }: GraphQLArgument | GraphQLInputField): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}

function schemaOf({ type, description, defaultValue }: GraphQLArgument | GraphQLInputField): JsonSchema {
  return {
    ...schemaOfType(type),
    ...(description && { description }),
    ...(defaultValue !== undefined && { default: defaultValue }),
  };
}

function schemaOfType(type: GraphQLInputType): JsonSchema {
  if (isNonNullType(type)) return schemaOfType(type.ofType);
  if (isListType(type)) return { type: 'array', items: schemaOfType(type.ofType) };
  if (isInputObjectType(type)) {
    return {
      ...(type.description && { description: type.description }),
      ...schemaOfArguments(Object.values(type.getFields())),
    };
  }
  if (isEnumType(type)) {
    return { type: 'string', enum: type.getValues().map(({ name }) => name) };
  }
  const { name } = type;
  // What the specification says of its own scalars helps nobody to fill them in.
  const description = isSpecifiedScalarType(type) ? undefined : type.description;
  return { ...(description && { description }), ...(SCALARS[name] ?? { type: 'string' }) };
}
