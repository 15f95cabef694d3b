import { Kind, type SelectionSetNode } from 'graphql';
import { isJsonObject, type JsonObject } from './json-object.ts';

/**
 * What is selected without arguments, other names and conditions. Of one object, a subgraph gives it the same value
 * wherever it is asked for.
 */
export interface PlainFields {
  /** By name, with what is selected inside. */
  readonly byName: ReadonlyMap<string, PlainFields | undefined>;
  /** Whether nothing else is selected. */
  readonly isAll: boolean;
}

/** @param typeName of the objects, where it is known: fragments about it are looked into. */
export function plainFieldsIn(set: SelectionSetNode, typeName?: string): PlainFields {
  const byName = new Map<string, PlainFields | undefined>();
  let isAll = true;
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT && !selection.directives?.length) {
      const about = selection.typeCondition?.name.value;
      if (about !== undefined && about !== typeName) {
        isAll = false;
        continue;
      }
      const inside = plainFieldsIn(selection.selectionSet, typeName);
      for (const [name, fields] of inside.byName) byName.set(name, fields);
      isAll &&= inside.isAll;
    } else if (
      selection.kind === Kind.FIELD &&
      !selection.alias &&
      !selection.arguments?.length &&
      !selection.directives?.length
    ) {
      const inside = selection.selectionSet && plainFieldsIn(selection.selectionSet);
      byName.set(selection.name.value, inside);
      isAll &&= inside?.isAll ?? true;
    } else isAll = false;
  }
  return { byName, isAll };
}

/** Whether whoever has these fields has those as well. */
export function includesFields(these: PlainFields, those: PlainFields): boolean {
  for (const [name, inside] of those.byName) {
    if (!these.byName.has(name)) return false;
    const own = these.byName.get(name);
    if (inside && !(own && includesFields(own, inside))) return false;
  }
  return true;
}

/** A copy of these fields of an object; undefined when it lacks one. */
export function takeFields(object: JsonObject, { byName }: PlainFields): JsonObject | undefined {
  const taken: JsonObject = {};
  for (const [name, inside] of byName) {
    const value = inside ? takeInside(object[name], inside) : object[name];
    if (value === undefined) return undefined;
    taken[name] = value;
  }
  return taken;
}

function takeInside(value: unknown, fields: PlainFields): unknown {
  if (isJsonObject(value)) return takeFields(value, fields);
  if (!Array.isArray(value)) return value;
  const taken = value.map((element) => takeInside(element, fields));
  return taken.includes(undefined) ? undefined : taken;
}
