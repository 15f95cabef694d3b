import { createHash } from 'node:crypto';
import { dropUnusedDefinitions } from '@apollo/utils.dropunuseddefinitions';
import { sortAST } from '@apollo/utils.sortast';
import { stripSensitiveLiterals } from '@apollo/utils.stripsensitiveliterals';
import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { RecordedOperation } from './recorded-operation.ts';

/**
 * What remains of an operation when everything is taken out that a person may have put in: the selections, sorted,
 * with texts and numbers blank. Two spellings of one operation give the same hash, as Apollo's operation registry
 * signature does (https://www.npmjs.com/package/@apollo/utils.operationregistrysignature); unlike there, the members
 * of a list that became alike count once, so that a list's length makes no operation of its own.
 * @param query a document that the schema knows. @param operationName which of its operations is meant.
 * @returns undefined when the document has no such operation.
 */
export function normaliseOperation(
  query: string,
  operationName: string | undefined,
): RecordedOperation | undefined {
  const document = parse(query, { noLocation: true });
  const operations = document.definitions.filter(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const wanted = operationName
    ? operations.find(({ name }) => name?.value === operationName)
    : operations.length === 1
      ? operations[0]
      : undefined;
  if (!wanted) return undefined;
  const one = {
    ...document,
    definitions: document.definitions.filter(
      (node) => node.kind !== Kind.OPERATION_DEFINITION || node === wanted,
    ),
  };
  const name = wanted.name?.value;
  const used = dropUnusedDefinitions(one, name ?? '');
  const text = stripIgnoredCharacters(print(sortAST(alikeOnce(stripSensitiveLiterals(used)))));
  const hash = createHash('sha256').update(text).digest('hex');
  return { hash, document: text, ...(name !== undefined && { name }) };
}

function alikeOnce(document: DocumentNode): DocumentNode {
  return visit(document, {
    ListValue: {
      leave(node) {
        const seen = new Set<string>();
        const values = node.values.filter((value) => {
          const text = print(value);
          return !seen.has(text) && seen.add(text);
        });
        return { ...node, values };
      },
    },
  });
}
