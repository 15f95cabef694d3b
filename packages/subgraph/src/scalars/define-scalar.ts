import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/**
 * A scalar that is a string on the wire.
 * @param parse from the client's string to our value; `undefined` refuses it.
 * @param serialize from our value to the string; `undefined` is a defect of the resolver.
 */
export function defineTextScalar<T>(definition: {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  readonly parse: (text: string) => T | undefined;
  readonly serialize: (value: unknown) => string | undefined;
}): GraphQLScalarType<T, string> {
  const { name, description, specifiedByURL } = definition;
  const parseValue = (value: unknown): T => {
    const parsed = typeof value === 'string' ? definition.parse(value) : undefined;
    if (parsed === undefined) {
      throw new GraphQLError(`Not a valid ${name}.`, { extensions: { code: 'BAD_USER_INPUT' } });
    }
    return parsed;
  };
  return new GraphQLScalarType<T, string>({
    name,
    description,
    specifiedByURL,
    parseValue,
    // An integer literal is as good as a string of digits: it is handed over as written, without rounding.
    parseLiteral: (node) =>
      parseValue(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined),
    serialize(value) {
      const text = definition.serialize(value);
      if (text === undefined) throw new TypeError(`A resolver returned a value that is not a ${name}`);
      return text;
    },
  });
}

/** For scalars whose value is the text itself. */
export function sameText(accepts: (text: string) => boolean): {
  readonly parse: (text: string) => string | undefined;
  readonly serialize: (value: unknown) => string | undefined;
} {
  return {
    parse: (text) => (accepts(text) ? text : undefined),
    // Stored values passed the check when they came in; an old row must not fail a whole list.
    serialize: (value) => (typeof value === 'string' ? value : undefined),
  };
}
