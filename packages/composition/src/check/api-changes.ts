import {
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** One difference between two versions of the API that may matter to somebody. */
export interface ApiChange {
  /** Such as `FIELD_REMOVED`; graphql-js names them. */
  readonly kind: string;
  readonly description: string;
  /** `breaking` may end what worked; `dangerous` may surprise, such as a new value of an enum. */
  readonly severity: 'breaking' | 'dangerous';
}

/** What was taken away or changed; what was only added is not listed. */
export function apiChanges(before: GraphQLSchema, after: GraphQLSchema): readonly ApiChange[] {
  return [
    ...findBreakingChanges(before, after).map(({ type, description }) => ({
      kind: type,
      description,
      severity: 'breaking' as const,
    })),
    ...findDangerousChanges(before, after).map(({ type, description }) => ({
      kind: type,
      description,
      severity: 'dangerous' as const,
    })),
  ];
}

/**
 * Whether some operation could be broken. More than `breaking` changes: where a field becomes non-null, two
 * selections under one name may no longer merge.
 */
export function mayBreak(
  before: GraphQLSchema,
  after: GraphQLSchema,
  changes: readonly ApiChange[],
): boolean {
  return changes.some(({ severity }) => severity === 'breaking') || hasChangedFields(before, after);
}

function hasChangedFields(before: GraphQLSchema, after: GraphQLSchema): boolean {
  return Object.values(before.getTypeMap()).some((type) => {
    const now = after.getType(type.name);
    if (!isObjectType(type) && !isInterfaceType(type)) return false;
    if (!isObjectType(now) && !isInterfaceType(now)) return true;
    const fields = now.getFields();
    return Object.values(type.getFields()).some(
      (field) => String(fields[field.name]?.type) !== String(field.type),
    );
  });
}
