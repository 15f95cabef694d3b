import { Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';

const REMEMBERED_MAX = 1_000;

/** Names the operation a request runs, for the audit trail: its first root field, such as `smsSend`. */
export class OperationNames {
  readonly #known = new Map<string, string | undefined>();

  /** @param query an admitted document. */
  of(query: string, operationName: string | undefined): string | undefined {
    const key = `${operationName ?? ''}\n${query}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const name = firstRootField(query, operationName);
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    if (key.length <= 8_192) this.#known.set(key, name);
    return name;
  }
}

function firstRootField(query: string, operationName: string | undefined): string | undefined {
  const document = parse(query, { noLocation: true });
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode =>
      node.kind === Kind.OPERATION_DEFINITION && (!operationName || node.name?.value === operationName),
  );
  const visited = new Set<string>();
  const first = (selections: SelectionSetNode): string | undefined => {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) return selection.name.value;
      if (selection.kind === Kind.INLINE_FRAGMENT) return first(selection.selectionSet);
      const { value: name } = selection.name;
      if (visited.has(name)) continue;
      visited.add(name);
      const fragment = document.definitions.find(
        (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
      );
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION) return first(fragment.selectionSet);
    }
    return undefined;
  };
  return operation && first(operation.selectionSet);
}
