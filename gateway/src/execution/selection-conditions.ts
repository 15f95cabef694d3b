import { type DirectiveNode, Kind } from 'graphql';
import type { VariableValues } from './execution.ts';

/** Whether something of the operation takes part, by `@skip` and `@include`; undefined: always. */
export type Condition = ((variables: VariableValues) => boolean) | undefined;

export function conditionOf(directives: readonly DirectiveNode[] | undefined): Condition {
  return (directives ?? []).reduce<Condition>((condition, directive) => {
    const isSkip = directive.name.value === 'skip';
    if (!isSkip && directive.name.value !== 'include') return condition;
    const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN) return both(condition, () => value.value !== isSkip);
    if (value?.kind !== Kind.VARIABLE) return condition;
    const name = value.name.value;
    return both(condition, (variables) => (variables[name] === true) !== isSkip);
  }, undefined);
}

export function both(first: Condition, second: Condition): Condition {
  if (!first || !second) return first ?? second;
  return (variables) => first(variables) && second(variables);
}
