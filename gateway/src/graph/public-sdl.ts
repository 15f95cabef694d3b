import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import { isAccessDirective } from './supergraph.ts';

const DIRECTIVES = `"""The caller must be signed in."""
directive @authenticated on FIELD_DEFINITION

"""The caller must hold every scope of one of the lists."""
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
`;

/**
 * The API as its users see it: nothing of the federation, but each field's access rule.
 * @param api the schema clients query. @param supergraph the composed document, which knows the rules.
 */
export function publicSdl(api: GraphQLSchema, supergraph: DocumentNode): string {
  const rules = accessRules(supergraph);
  const document = visit(parse(printSchema(api)), {
    ObjectTypeDefinition(type) {
      return {
        ...type,
        fields: (type.fields ?? []).map((field) => ({
          ...field,
          directives: [
            ...(field.directives ?? []),
            ...(rules.get(`${type.name.value}.${field.name.value}`) ?? []),
          ],
        })),
      };
    },
  });
  return `${DIRECTIVES}\n${print(document)}\n`;
}

function accessRules(supergraph: DocumentNode): ReadonlyMap<string, readonly ConstDirectiveNode[]> {
  const rules = new Map<string, readonly ConstDirectiveNode[]>();
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of type.fields ?? []) {
      const access = (field.directives ?? []).filter(({ name }) => isAccessDirective(name.value));
      if (access.length > 0) rules.set(`${type.name.value}.${field.name.value}`, access);
    }
  }
  return rules;
}
