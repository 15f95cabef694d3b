import { CACHE_DIRECTIVE } from '@switchboard/subgraph';
import { type ConstDirectiveNode, type ConstValueNode, Kind } from 'graphql';
import type { LoadedSupergraph } from '../graph/supergraph.ts';

/** How values of one type may be kept. */
export interface CacheRule {
  readonly maxAgeMs: number;
  /** Whether all callers of a workspace with the same scopes see the same. */
  readonly shared: boolean;
  /** Full names of events that change values without naming them. */
  readonly droppedBy: ReadonlySet<string>;
}

/** By type. What is not here is never kept. */
export type CacheRules = ReadonlyMap<string, CacheRule>;

/** Reads what the services' `@cacheControl` says. */
export function readCacheRules({ document }: Pick<LoadedSupergraph, 'document'>): CacheRules {
  return new Map(
    document.definitions.flatMap((type) => {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
      const directive = type.directives?.find(({ name }) => name.value === CACHE_DIRECTIVE);
      return directive ? [[type.name.value, ruleOf(directive)] as const] : [];
    }),
  );
}

function ruleOf(directive: ConstDirectiveNode): CacheRule {
  const maxAge = argumentOf(directive, 'maxAge');
  const shared = argumentOf(directive, 'shared');
  const droppedBy = argumentOf(directive, 'droppedBy');
  return {
    maxAgeMs: maxAge?.kind === Kind.INT ? Number(maxAge.value) * 1_000 : 0,
    shared: shared?.kind === Kind.BOOLEAN && shared.value,
    droppedBy: new Set(
      droppedBy?.kind === Kind.LIST
        ? droppedBy.values.flatMap((value) => (value.kind === Kind.STRING ? [value.value] : []))
        : [],
    ),
  };
}

function argumentOf(directive: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}
