import {
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * What an operation's answer no longer promises. Validation sees none of this, clients with generated types break
 * by it: a field of another type, and null where there was none.
 */
export function changedAnswers(
  before: GraphQLSchema,
  after: GraphQLSchema,
  document: DocumentNode,
): string[] {
  const reasons = new Set<string>();
  const info = new TypeInfo(before);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const [parent, field] = [info.getParentType(), info.getFieldDef()];
        if (!parent || !field) return;
        const owner = after.getType(parent.name);
        if (!isObjectType(owner) && !isInterfaceType(owner)) return;
        const now = owner.getFields()[field.name];
        const change = now && outputChange(field.type, now.type);
        if (change) reasons.add(`${parent.name}.${field.name} ${change}`);
      },
    }),
  );
  return [...reasons];
}

function outputChange(before: GraphQLOutputType, after: GraphQLOutputType): string | undefined {
  if (shape(before) !== shape(after)) return `was ${before} and is now ${after}`;
  return losesNonNull(before, after) ? `was ${before} and may now be null (${after})` : undefined;
}

/** The type without its non-nulls. */
function shape(type: GraphQLOutputType): string {
  return String(type).replaceAll('!', '');
}

function losesNonNull(before: GraphQLOutputType, after: GraphQLOutputType): boolean {
  if (isNonNullType(before)) {
    return !isNonNullType(after) || losesNonNull(before.ofType, after.ofType);
  }
  const now = isNonNullType(after) ? after.ofType : after;
  return isListType(before) && isListType(now) && losesNonNull(before.ofType, now.ofType);
}
