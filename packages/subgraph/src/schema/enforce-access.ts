import { requireScope, requireWorkspaceActor } from '@switchboard/identity';
import { defaultFieldResolver, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { accessOf, type Extensions } from '../decorators/metadata.ts';
import type { SubgraphContext } from './subgraph-context.ts';

/** `Type.field` to the scopes it demands. */
export type AccessRules = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the access rules of a schema.
 * @throws Error where composition would move a rule onto an interface: then `node` would demand every scope.
 */
export function accessRulesOf(schema: GraphQLSchema): AccessRules {
  const rules = new Map<string, readonly string[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    if (accessOf(type.extensions as Extensions)) {
      throw new Error(`${type.name}: @RequiresScopes and @Authenticated go on fields, never on a type`);
    }
    const inherited = new Set(type.getInterfaces().flatMap((parent) => Object.keys(parent.getFields())));
    for (const field of Object.values(type.getFields())) {
      const access = accessOf(field.extensions as Extensions);
      if (!access) continue;
      if (isInterfaceType(type) || inherited.has(field.name)) {
        throw new Error(
          `${type.name}.${field.name}: an interface has this field, so it cannot carry @RequiresScopes or @Authenticated`,
        );
      }
      rules.set(`${type.name}.${field.name}`, access.scopes);
    }
  }
  return rules;
}

/** Puts each rule in front of its field's resolver. */
export function enforceAccess(schema: GraphQLSchema, rules: AccessRules): void {
  for (const [coordinate, scopes] of rules) {
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    if (!field) throw new Error(`${coordinate} has an access rule but is not in the schema`);
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context: SubgraphContext, info) => {
      const actor = requireWorkspaceActor(context.actor);
      for (const scope of scopes) requireScope(actor, scope);
      return resolve(source, args, context, info);
    };
  }
}

/** What the reader of the API sees of a rule. */
export function accessSentence(scopes: readonly string[]): string {
  if (scopes.length === 0) return 'Needs a signed-in caller.';
  const names = scopes.map((scope) => `\`${scope}\``).join(' and ');
  return `${scopes.length === 1 ? 'Scope' : 'Scopes'}: ${names}.`;
}
