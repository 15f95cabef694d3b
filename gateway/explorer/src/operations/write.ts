import { parse, print } from 'graphql';
import type { Known, TourOperation } from './operation.ts';

/** An operation as its tab shows it: one field a line, variables filled in. */
export function writeOperation(operation: TourOperation, known: Known): { query: string; variables: string } {
  return {
    query: print(parse(operation.query)),
    variables: operation.variables ? JSON.stringify(operation.variables(known), null, 2) : '',
  };
}
