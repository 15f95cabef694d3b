import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  visit,
} from 'graphql';

/**
 * What an operation's variables may hold that is not taken any more, or what they may lack. Values are not recorded,
 * so whatever a variable's type allows counts as sent.
 */
export function changedInputs(before: GraphQLSchema, after: GraphQLSchema, document: DocumentNode): string[] {
  const reasons: string[] = [];
  visit(document, {
    VariableDefinition({ variable, type }) {
      let named = type;
      while (named.kind !== Kind.NAMED_TYPE) named = named.type;
      for (const reason of inputChanges(before, after, named.name.value, new Set())) {
        reasons.push(`$${variable.name.value}: ${reason}`);
      }
      return false;
    },
  });
  return reasons;
}

function inputChanges(
  before: GraphQLSchema,
  after: GraphQLSchema,
  typeName: string,
  seen: Set<string>,
): string[] {
  if (seen.has(typeName)) return [];
  seen.add(typeName);
  const [was, now] = [before.getType(typeName), after.getType(typeName)];
  if (isEnumType(was) && isEnumType(now)) {
    return was
      .getValues()
      .filter(({ name }) => !now.getValue(name))
      .map(({ name }) => `${typeName} no longer has ${name}`);
  }
  if (!isInputObjectType(was) || !isInputObjectType(now)) return [];
  const [fieldsBefore, fieldsNow] = [was.getFields(), now.getFields()];
  const kept = Object.values(fieldsBefore).flatMap((field) => {
    const next = fieldsNow[field.name];
    if (!next) return [`${typeName}.${field.name} was removed`];
    if (isRequiredInputField(next) && !isRequiredInputField(field)) {
      return [`${typeName}.${field.name} is required now`];
    }
    if (!takesAll(field.type, next.type, next.defaultValue !== undefined)) {
      return [`${typeName}.${field.name} was ${field.type} and is now ${next.type}`];
    }
    return inputChanges(before, after, getNamedType(field.type).name, seen);
  });
  const added = Object.values(fieldsNow)
    .filter((field) => !fieldsBefore[field.name] && isRequiredInputField(field))
    .map((field) => `${typeName}.${field.name} is new and required`);
  return [...kept, ...added];
}

/** Whether every value of the one type is one of the other; a default stands in for none. */
function takesAll(before: GraphQLInputType, after: GraphQLInputType, hasDefault: boolean): boolean {
  if (isNonNullType(after)) {
    if (!isNonNullType(before)) return hasDefault && takesAll(before, after.ofType, false);
    return takesAll(before.ofType, after.ofType, false);
  }
  const was = isNonNullType(before) ? before.ofType : before;
  if (isListType(was) || isListType(after)) {
    return isListType(was) && isListType(after) && takesAll(was.ofType, after.ofType, false);
  }
  return was.name === after.name;
}
