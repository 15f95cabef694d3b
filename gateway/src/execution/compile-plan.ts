import type { Schema } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { compileFetch, type PlanFacts } from './compile-fetch.ts';
import type { Place, Step } from './execution.ts';
import { isJoined, joinFetches } from './join-fetches.ts';
import { lessonsIn } from './known-entities.ts';
import { nodeFetchesIn } from './node-fetches.ts';
import { questionOf } from './questions.ts';
import type { PossibleTypes } from './representations.ts';
import { UnsupportedPlan } from './unsupported-plan.ts';

/**
 * Turns a plan into functions.
 * @param supergraph the whole graph, whose types the plan's conditions name.
 * @returns undefined for an operation that needs no subgraph.
 * @throws UnsupportedPlan for kinds of nodes and rewrites that only Apollo's executor knows.
 */
export function compilePlan(plan: QueryPlan, supergraph: Schema): Step | undefined {
  if (!plan.node) return undefined;
  const root = joinFetches(plan.node);
  return compileNode(root, [], planFacts(root, possibleTypesOf(supergraph)));
}

function planFacts(root: PlanNode | SubscriptionNode, possibleTypes: PossibleTypes): PlanFacts {
  const fetches = fetchesIn(root);
  const questions = fetches.map(questionOf);
  const repeated = questions.filter((question, index) => questions.indexOf(question) !== index);
  const lessons = lessonsIn(fetches, possibleTypes);
  const answered = [...lessons.values()].flatMap(({ ids }) => ids);
  const nodes = nodeFetchesIn(root);
  const asked = nodes.map(({ fetch }) => questionOf(fetch));
  return { possibleTypes, lessons, nodes, shared: new Set([...repeated, ...answered, ...asked]) };
}

function compileNode(node: PlanNode | SubscriptionNode, path: Place, facts: PlanFacts): Step {
  const compile = (child: PlanNode) => compileNode(child, path, facts);
  switch (node.kind) {
    case 'Sequence': {
      const steps = node.nodes.map(compile);
      return async (execution) => {
        for (const step of steps) await step(execution);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map(compile);
      return async (execution) => {
        await Promise.all(steps.map((step) => step(execution)));
      };
    }
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path], facts);
    case 'Condition': {
      const { condition } = node;
      const whenTrue = node.ifClause && compile(node.ifClause);
      const whenFalse = node.elseClause && compile(node.elseClause);
      return async (execution) => {
        await (execution.variables[condition] === true ? whenTrue : whenFalse)?.(execution);
      };
    }
    case 'Fetch':
      return compileFetch(node, path, facts);
    default:
      throw new UnsupportedPlan(node.kind);
  }
}

function fetchesIn(node: PlanNode | SubscriptionNode): FetchNode[] {
  switch (node.kind) {
    case 'Fetch':
      return isJoined(node) ? [node, node.spare] : [node];
    case 'Flatten':
      return fetchesIn(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesIn);
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? fetchesIn(clause) : []));
    default:
      return [];
  }
}

function possibleTypesOf(supergraph: Schema): PossibleTypes {
  const known = new Map<string, ReadonlySet<string>>();
  return (typeName) => {
    let names = known.get(typeName);
    if (!names) {
      const type = supergraph.type(typeName);
      const inside =
        type?.kind === 'InterfaceType'
          ? type.possibleRuntimeTypes()
          : type?.kind === 'UnionType'
            ? type.types()
            : [];
      names = new Set([typeName, ...inside.map(({ name }) => name)]);
      known.set(typeName, names);
    }
    return names;
  };
}
