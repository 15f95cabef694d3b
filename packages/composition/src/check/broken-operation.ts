import { type GraphQLSchema, parse, validate } from 'graphql';
import type { RecordedOperation } from '../operations/recorded-operation.ts';
import { changedAnswers } from './changed-answers.ts';
import { changedInputs } from './changed-inputs.ts';

/** An operation that clients send, and what would be wrong with it. */
export interface BrokenOperation {
  readonly hash: string;
  readonly name?: string;
  readonly reasons: readonly string[];
}

/**
 * @returns why clients that send the operation would be broken; undefined when they would not, or when the API did
 * not serve it before either.
 */
export function brokenOperation(
  before: GraphQLSchema,
  after: GraphQLSchema,
  { hash, name, document: text }: RecordedOperation,
): BrokenOperation | undefined {
  const document = parse(text, { noLocation: true });
  if (validate(before, document, undefined, { maxErrors: 1 }).length > 0) return undefined;
  const reasons = [
    ...validate(after, document).map(({ message }) => message),
    ...changedAnswers(before, after, document),
    ...changedInputs(before, after, document),
  ];
  return reasons.length === 0 ? undefined : { hash, reasons, ...(name !== undefined && { name }) };
}
