import { ApolloArmor } from '@escape.tech/graphql-armor';
import { GraphQLError, type GraphQLSchema, parse, type ValidationRule, validate } from 'graphql';
import { requireShallowDocument } from './nesting.ts';

/** How large one document may be. */
export interface OperationLimits {
  readonly depthMax: number;
  readonly aliasesMax: number;
  readonly directivesMax: number;
  readonly tokensMax: number;
}

/** Says what is wrong with a document before anything of it is validated or run; empty when nothing is. */
export type Admission = (query: string) => readonly GraphQLError[];

/** Operations and fragments of one document; rules follow a chain of fragments by calling themselves. */
const DEFINITIONS_MAX = 200;
const REMEMBERED_MAX = 1_000;
const REMEMBERED_LENGTH_MAX = 8_192;

/**
 * The first look at a document. It stands in front of validation, because validation itself is quadratic in
 * places and a flood must be refused quickly.
 * @param moreRules rules of the caller's own, run together with the limits.
 */
export function createAdmission(
  schema: GraphQLSchema,
  limits: OperationLimits,
  moreRules: readonly ValidationRule[] = [],
): Admission {
  const rules = [...limitRules(limits), ...moreRules];
  const admitted = new Set<string>();
  return (query) => {
    if (admitted.has(query)) return [];
    let errors: readonly GraphQLError[];
    try {
      requireShallowDocument(query, limits.tokensMax);
      // The parser's own token limit: graphql-armor's ends as an internal error.
      const document = parse(query, { maxTokens: limits.tokensMax, noLocation: true });
      if (document.definitions.length > DEFINITIONS_MAX) {
        throw new GraphQLError(`The document holds more than ${DEFINITIONS_MAX} operations and fragments.`);
      }
      errors = validate(schema, document, rules, { maxErrors: 1 });
    } catch (thrown) {
      if (!(thrown instanceof GraphQLError)) throw thrown;
      return [new GraphQLError(thrown.message, { extensions: { code: 'GRAPHQL_PARSE_FAILED' } })];
    }
    if (errors.length > 0) return errors.map(withCode);
    if (query.length <= REMEMBERED_LENGTH_MAX) remember(admitted, query);
    return [];
  };
}

function limitRules(limits: OperationLimits): ValidationRule[] {
  const off = { enabled: false };
  return new ApolloArmor({
    maxDepth: { n: limits.depthMax, flattenFragments: true },
    maxAliases: { n: limits.aliasesMax },
    maxDirectives: { n: limits.directivesMax },
    maxTokens: off,
    costLimit: off,
    blockFieldSuggestion: off,
  }).protect().validationRules;
}

function withCode(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/^Syntax Error: /, '');
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

function remember(admitted: Set<string>, query: string): void {
  if (admitted.size >= REMEMBERED_MAX) {
    const oldest = admitted.values().next().value;
    if (oldest !== undefined) admitted.delete(oldest);
  }
  admitted.add(query);
}
