import { readFileSync } from 'node:fs';
import { AppError } from '@switchboard/errors';
import type { Actor } from '@switchboard/identity';
import { createLogger } from '@switchboard/observability';
import { createSubgraphContext, printGeneratedSdl, type Subgraph } from '@switchboard/subgraph';
import {
  type ConstDirectiveNode,
  type GraphQLResolveInfo,
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';

/**
 * Asks for every field with an access rule as nobody, without scopes, with each scope alone and with all of them.
 * @param subgraph with all of the service's resolvers; what lies behind them is never reached by a refused caller.
 * @param schemaFile the committed `schema.graphql`, whose rules are the ones that count.
 * @returns where the subgraph refused a caller that satisfies the rule or let another one pass; empty when all is well.
 */
export async function accessFaults(subgraph: Subgraph, schemaFile: URL): Promise<string[]> {
  const committed = readFileSync(schemaFile, 'utf8');
  if (printGeneratedSdl(subgraph) !== committed) return ['the subgraph is not the committed one'];
  const rules = rulesOf(committed);
  const scopes = [...new Set(rules.flatMap((rule) => rule.scopes))];
  const callers = [undefined, [], ...scopes.map((scope) => [scope]), scopes];
  const faults: string[] = [];
  for (const rule of rules) {
    for (const held of callers) {
      const expected = expectedRefusal(rule, held);
      const refusal = await refusalBy(subgraph, rule, held);
      if (refusal !== expected) {
        const who = held ? `[${held.join()}]` : 'nobody';
        faults.push(`${rule.typeName}.${rule.fieldName} for ${who}: ${refusal}, not ${expected}`);
      }
    }
  }
  return faults;
}

interface FieldRule {
  readonly typeName: string;
  readonly fieldName: string;
  readonly scopes: readonly string[];
}

type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN' | undefined;

function rulesOf(sdl: string): FieldRule[] {
  return parse(sdl).definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    return (type.fields ?? []).flatMap((field): FieldRule[] => {
      const scopes = scopesOf(field.directives ?? []);
      return scopes ? [{ typeName: type.name.value, fieldName: field.name.value, scopes }] : [];
    });
  });
}

function scopesOf(directives: readonly ConstDirectiveNode[]): readonly string[] | undefined {
  const demanding = directives.find(({ name }) => name.value === 'requiresScopes');
  const value = demanding?.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  // The kit writes one list: all of them are needed.
  if (value) return (valueFromASTUntyped(value) as readonly string[][]).flat();
  return directives.some(({ name }) => name.value === 'authenticated') ? [] : undefined;
}

function expectedRefusal({ scopes }: FieldRule, held: readonly string[] | undefined): Refusal {
  if (!held) return 'UNAUTHENTICATED';
  return scopes.every((scope) => held.includes(scope)) ? undefined : 'FORBIDDEN';
}

/** A refusal of the rule itself; whatever a resolver without its use case raises is not one. */
async function refusalBy(
  { schema }: Subgraph,
  { typeName, fieldName, scopes }: FieldRule,
  held: readonly string[] | undefined,
): Promise<Refusal> {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (!field?.resolve) throw new Error(`${typeName}.${fieldName} is not guarded at all`);
  const actor: Actor = held
    ? { kind: 'apiKey', workspaceId: 'wsp_1', mode: 'live', scopes: held, apiKeyId: 'key_1' }
    : { kind: 'anonymous' };
  const identity = { actor, requestId: 'req_1', correlationId: 'req_1' };
  const context = createSubgraphContext(identity, createLogger('test', { level: 'silent' }));
  try {
    await field.resolve({}, { input: {} }, context, {} as GraphQLResolveInfo);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) return undefined;
    if (thrown.code === 'UNAUTHENTICATED' && !held) return thrown.code;
    const named = scopes.some((scope) => thrown.message === `Missing scope ${scope}`);
    return thrown.code === 'FORBIDDEN' && named ? thrown.code : undefined;
  }
  return undefined;
}
