import { Extensions } from 'type-graphql';
import { EXTENSION } from './metadata.ts';

type Member = PropertyDecorator & MethodDecorator;

/**
 * What a field costs its caller, in points, instead of the default: 10 for a mutation, 1 for an object, 0 for a value.
 * For fields behind which more happens than a lookup, such as asking a vendor. Emits `@cost` of the IBM specification
 * (https://ibm.github.io/graphql-specs/cost-spec.html) as Federation 2.9 has it.
 * @param weight a whole number of points; it takes the place of the default, and members still cost theirs.
 */
export function Cost(weight: number): Member {
  if (!Number.isInteger(weight) || weight < 0) throw new Error(`@Cost(${weight}): a whole number of points`);
  return Extensions({ [EXTENSION.cost]: weight });
}

/**
 * How many members a list without `first` and `last` is counted with: `@ListSize(50)`. Without it a list counts 10.
 * Connections and `userErrors` need none.
 */
export function ListSize(assumedSize: number): Member {
  if (!Number.isInteger(assumedSize) || assumedSize < 0)
    throw new Error(`@ListSize(${assumedSize}): a whole number`);
  return Extensions({ [EXTENSION.listSize]: assumedSize });
}
