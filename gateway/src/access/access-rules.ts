import { AppError } from '@switchboard/errors';
import type { Actor } from '@switchboard/identity';
import { type ConstDirectiveNode, type ConstValueNode, type DocumentNode, Kind } from 'graphql';
import { isAccessDirective } from '../graph/supergraph.ts';

/** What a field demands of its caller: to be signed in and, if lists are given, every scope of one of them. */
export interface AccessRule {
  readonly scopes: readonly (readonly string[])[];
}

/** `Type.field` of object types to what it demands. */
export type AccessRules = ReadonlyMap<string, AccessRule>;

/**
 * Reads the rules of a composed supergraph. Rules of interface fields are not read: the object types behind carry
 * their own.
 * @throws Error for a rule that would not be enforced: on a type, or of a kind we do not know.
 */
export function readAccessRules(supergraph: DocumentNode): AccessRules {
  const rules = new Map<string, AccessRule>();
  for (const type of supergraph.definitions) {
    if (
      type.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      type.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
      type.kind !== Kind.SCALAR_TYPE_DEFINITION &&
      type.kind !== Kind.ENUM_TYPE_DEFINITION
    )
      continue;
    if (type.directives?.some(({ name }) => isAccessDirective(name.value))) {
      throw new Error(`${type.name.value}: access rules stand on fields, never on a type`);
    }
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of type.fields ?? []) {
      const coordinate = `${type.name.value}.${field.name.value}`;
      const rule = ruleOf(coordinate, field.directives ?? []);
      if (rule) rules.set(coordinate, rule);
    }
  }
  return rules;
}

/** @returns why the caller may not have the field, in the subgraphs' words; undefined when it may. */
export function refusalOf(rule: AccessRule, actor: Actor): AppError | undefined {
  if (actor.kind === 'anonymous') {
    return new AppError('UNAUTHENTICATED', 'Anonymous caller', { publicMessage: 'Sign in first.' });
  }
  const [nearest] = rule.scopes;
  if (!nearest || rule.scopes.some((all) => all.every((scope) => actor.scopes.includes(scope)))) return;
  const missing = nearest.find((scope) => !actor.scopes.includes(scope)) ?? '';
  return new AppError('FORBIDDEN', `Missing scope ${missing}`, {
    publicMessage: `This needs the scope ${missing}.`,
  });
}

function ruleOf(coordinate: string, directives: readonly ConstDirectiveNode[]): AccessRule | undefined {
  const access = directives.filter(({ name }) => isAccessDirective(name.value));
  if (access.length === 0) return undefined;
  const demanding = access.find(({ name }) => name.value === 'requiresScopes');
  const unknown = access.find(
    ({ name }) => name.value !== 'requiresScopes' && name.value !== 'authenticated',
  );
  if (unknown) throw new Error(`${coordinate}: @${unknown.name.value} is not enforced here`);
  if (!demanding) return { scopes: [] };
  const value = demanding.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  const scopes = value && membersOf(value).map((list) => membersOf(list).map(textOf));
  if (!scopes || scopes.length === 0) throw new Error(`${coordinate}: @requiresScopes names no scopes`);
  return { scopes };
}

function membersOf(value: ConstValueNode): readonly ConstValueNode[] {
  return value.kind === Kind.LIST ? value.values : [value];
}

function textOf(value: ConstValueNode): string {
  if (value.kind !== Kind.STRING) throw new Error('@requiresScopes: a scope is a string');
  return value.value;
}
