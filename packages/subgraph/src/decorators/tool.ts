import { Extensions } from 'type-graphql';
import { EXTENSION } from './metadata.ts';

/**
 * Marks a query or mutation that agents may call as a tool. It is called by its name, takes its arguments (of a single
 * `input` its fields) and is described by its description, which should therefore tell somebody who knows nothing else.
 */
export function Tool(): MethodDecorator {
  return Extensions({ [EXTENSION.tool]: true }) as MethodDecorator;
}
