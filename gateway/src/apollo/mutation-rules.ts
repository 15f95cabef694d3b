import {
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

const ROOT_MUTATIONS_MAX = 10;
const SAME_SENSITIVE_MAX = 5;

/** Mutations that guess at something when repeated: sign-ins, sign-ups, codes, links. */
const SENSITIVE =
  /^(?:session|user|password|verification|invitation|email|signIn|identity|secondFactor|recoveryCodes|connection(?=Start|Finish))[A-Z]/;

/** Limits what one request may change or guess: aliases would otherwise multiply a sign-in. */
export const limitMutations: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (operation.operation !== 'mutation') return;
    const counts = countRootFields(operation.selectionSet, context);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (total > ROOT_MUTATIONS_MAX) {
      context.reportError(new GraphQLError(`More than ${ROOT_MUTATIONS_MAX} mutations in one request.`));
    }
    for (const [name, count] of counts) {
      if (SENSITIVE.test(name) && count > SAME_SENSITIVE_MAX) {
        context.reportError(
          new GraphQLError(`"${name}" more than ${SAME_SENSITIVE_MAX} times in one request.`),
        );
      }
    }
  },
});

function countRootFields(selections: SelectionSetNode, context: ValidationContext): Map<string, number> {
  const counts = new Map<string, number>();
  const visited = new Set<FragmentDefinitionNode>();
  const walk = ({ selections: members }: SelectionSetNode): void => {
    for (const member of members) {
      if (member.kind === Kind.FIELD) counts.set(member.name.value, (counts.get(member.name.value) ?? 0) + 1);
      else if (member.kind === Kind.INLINE_FRAGMENT) walk(member.selectionSet);
      else {
        const fragment = context.getFragment(member.name.value);
        // A fragment spread twice merges into the same fields, so it counts once.
        if (!fragment || visited.has(fragment)) continue;
        visited.add(fragment);
        walk(fragment.selectionSet);
      }
    }
  };
  walk(selections);
  return counts;
}
