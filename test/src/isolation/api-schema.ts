import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

const DEPTH = 3;
const DAY_MS = 24 * 3_600_000;

/** The public schema of a running gateway. */
export async function readApiSchema(url: string): Promise<GraphQLSchema> {
  const sdl = await (await fetch(`${url}/schema.graphql`)).text();
  return buildSchema(sdl, { assumeValidSDL: true });
}

/** Everything a client could select of a type: every field without required arguments, a few levels deep. */
export function selectAll(schema: GraphQLSchema, type: GraphQLOutputType, depth = DEPTH): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  const members = isInterfaceType(named) || isUnionType(named) ? schema.getPossibleTypes(named) : [];
  if (members.length > 0) {
    const parts = members.map((member) => fieldsOf(schema, member, depth)).join(' ');
    return `{ __typename ${parts} }`;
  }
  return `{ __typename ${isObjectType(named) ? bare(schema, named, depth) : ''} }`;
}

function fieldsOf(
  schema: GraphQLSchema,
  member: GraphQLOutputType & { name: string },
  depth: number,
): string {
  // Fields of different members may share a name and not a type; only what cannot clash is asked for.
  return `... on ${member.name} { ${member.name}Id: __typename ${depth < DEPTH ? '' : renamed(schema, member, depth)} }`;
}

function renamed(schema: GraphQLSchema, member: GraphQLOutputType & { name: string }, depth: number): string {
  if (!isObjectType(member)) return '';
  return selectable(member.getFields())
    .map((field) => `${member.name}_${field.name}: ${field.name} ${nested(schema, field, depth)}`)
    .filter((text) => !text.endsWith('{}'))
    .join(' ');
}

function bare(schema: GraphQLSchema, type: GraphQLOutputType, depth: number): string {
  if (!isObjectType(type)) return '';
  return selectable(type.getFields())
    .map((field) => `${field.name} ${nested(schema, field, depth)}`)
    .filter((text) => !text.endsWith('{}'))
    .join(' ');
}

function nested(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, depth: number): string {
  if (isLeafType(getNamedType(field.type))) return '';
  return depth <= 1 ? '{ __typename }' : selectAll(schema, field.type, depth - 1);
}

function selectable(
  fields: Record<string, GraphQLField<unknown, unknown>>,
): GraphQLField<unknown, unknown>[] {
  return Object.values(fields).filter((field) => field.args.every((arg) => !isNonNullType(arg.type)));
}

/** Where an input holds ids, as paths such as `input.attachments.0.uploadId`. */
export function idPathsOf(type: GraphQLInputType, path: string): string[] {
  if (isNonNullType(type)) return idPathsOf(type.ofType, path);
  if (isListType(type)) return idPathsOf(type.ofType, `${path}.0`);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).flatMap((field) => idPathsOf(field.type, `${path}.${field.name}`));
  }
  return getNamedType(type).name === 'ID' ? [path] : [];
}

/** A value that passes every check of form, with `id` at one path and other ids only where they are required. */
export function exampleOf(type: GraphQLInputType, path: string, idPath: string, id: string): unknown {
  if (isNonNullType(type)) return exampleOf(type.ofType, path, idPath, id);
  if (isListType(type)) return [exampleOf(type.ofType, `${path}.0`, idPath, id)];
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) =>
        isNonNullType(field.type) || idPath.startsWith(`${path}.${field.name}`) || USEFUL.has(field.name),
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, exampleOf(field.type, `${path}.${field.name}`, idPath, id)]),
    );
  }
  if (isEnumType(type)) return type.getValues()[0]?.name;
  return (SCALARS[type.name] ?? (() => 'example'))(id);
}

/** Optional, and yet an input without them would be refused before its ids are looked at. */
const USEFUL = new Set(['text']);

const SCALARS: Readonly<Record<string, (id: string) => unknown>> = {
  ID: (id) => id,
  Int: () => 30,
  Boolean: () => true,
  BigInt: () => '1',
  CurrencyCode: () => 'EUR',
  EmailAddress: () => 'somebody@example.com',
  PhoneNumber: () => '+14155552671',
  TimeZone: () => 'Europe/Berlin',
  URL: () => 'https://example.com/',
  DateTime: () => new Date(Date.now() + DAY_MS).toISOString(),
};
