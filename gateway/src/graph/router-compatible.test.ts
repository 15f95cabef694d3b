import { readFileSync } from 'node:fs';
import {
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { type ConstDirectiveNode, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { COMMITTED_SUPERGRAPH } from '../config.ts';
import { stringArgument } from './supergraph.ts';

const sdl = readFileSync(COMMITTED_SUPERGRAPH, 'utf8');

/** The supergraph as Apollo's Router would load it, and rover compose would have made it. */
describe('the supergraph', () => {
  const links = parse(sdl).definitions.flatMap((node): readonly ConstDirectiveNode[] =>
    node.kind === Kind.SCHEMA_DEFINITION ? (node.directives ?? []) : [],
  );

  it('demands no feature of a router but the federation’s own', () => {
    const demanded = links.filter(({ arguments: given }) => given?.some(({ name }) => name.value === 'for'));
    expect(demanded.length).toBeGreaterThan(1);
    for (const link of demanded) {
      expect(ROUTER_SUPPORTED_SUPERGRAPH_FEATURES).toContain(stringArgument(link, 'url'));
    }
  });

  it('has directives of our own that a router may leave alone', () => {
    const own = links.filter((link) => !stringArgument(link, 'url')?.startsWith('https://specs.apollo.dev/'));
    expect(own.length).toBeGreaterThan(0);
    for (const { arguments: given } of own) expect(given?.map(({ name }) => name.value)).not.toContain('for');
  });

  it('is loaded and planned with the features that the Router has', () => {
    const supergraph = Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
    const document = parse('{ smsMessages(first: 1) { nodes { id contactPoint { address } } } }');
    const plan = new QueryPlanner(supergraph).buildQueryPlan(
      operationFromDocument(supergraph.apiSchema(), document),
    );
    expect(plan.node).toMatchObject({ kind: 'Fetch', serviceName: 'telephony' });
  });
});
