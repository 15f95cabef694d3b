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

"""
What the field costs, in points: instead of 10 for a mutation, 1 for an object, 0 for a value.
"""
directive @cost(weight: Int!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | OBJECT | SCALAR | ENUM | INPUT_FIELD_DEFINITION

"""
How many members a list is counted with: as many as the slicing arguments say, else assumedSize, else 10.
"""
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

const COST_DIRECTIVES = new Set(['cost', 'listSize']);

/**
 * The API as its users see it: nothing of the federation, but each field's access rule and cost.
 * @param api the schema clients query. @param supergraph the composed document, which knows the rules.
 */
export function publicSdl(api: GraphQLSchema, supergraph: DocumentNode): string {
  const rules = shownDirectives(supergraph);
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

function shownDirectives(supergraph: DocumentNode): ReadonlyMap<string, readonly ConstDirectiveNode[]> {
  const rules = new Map<string, readonly ConstDirectiveNode[]>();
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of type.fields ?? []) {
      const shown = (field.directives ?? []).filter(
        ({ name }) => isAccessDirective(name.value) || COST_DIRECTIVES.has(name.value),
      );
      if (shown.length > 0) rules.set(`${type.name.value}.${field.name.value}`, shown);
    }
  }
  return rules;
}
