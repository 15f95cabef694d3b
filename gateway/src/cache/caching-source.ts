import { createHash } from 'node:crypto';
import type { Actor } from '@switchboard/identity';
import { parseId } from '@switchboard/ids';
import type { SubgraphSource } from '../execution/execution.ts';
import { isJsonObject, type JsonObject } from '../execution/json-object.ts';
import type { GatewayContext } from '../graph/request-context.ts';
import { type SubgraphAnswer, type SubgraphError, UNAVAILABLE_ANSWER } from '../graph/subgraph-answer.ts';
import type { AskOptions, SubgraphRequest } from '../graph/subgraph-client.ts';
import type { CacheRule, CacheRules } from './cache-rules.ts';
import { type EntityCache, eventTag } from './entity-cache.ts';

type Ask = (request: SubgraphRequest) => Promise<SubgraphAnswer>;

/**
 * Answers questions about entities from the cache where their types allow it, and asks the subgraph for the rest.
 * Only questions that may be shared are answered so: what a mutation reads back is always asked for.
 */
export function cachingSource(
  name: string,
  source: SubgraphSource,
  rules: CacheRules,
  cache: EntityCache,
): SubgraphSource {
  return {
    async ask(request: SubgraphRequest, context: GatewayContext, options: AskOptions = {}) {
      const ask: Ask = (asked) => source.ask(asked, context, options);
      const { actor } = context.identity;
      const workspaceId = actor.kind === 'anonymous' ? undefined : actor.workspaceId;
      if (workspaceId === undefined) return ask(request);
      if (request.query.startsWith('mutation')) {
        const answer = await ask(request);
        // Whoever changes something reads it back at once, perhaps before the event is here.
        cache.drop(workspaceId, [...idsIn(request.variables), ...idsIn(answer.data)]);
        return answer;
      }
      const representations = request.variables?.representations;
      if (!options.isShareable || !cache.isOpen || !Array.isArray(representations)) return ask(request);
      return askThroughCache({ name, request, representations, actor, workspaceId, ask }, rules, cache);
    },
  };
}

interface Question {
  readonly name: string;
  readonly request: SubgraphRequest;
  readonly representations: readonly JsonObject[];
  readonly actor: Actor;
  readonly workspaceId: string;
  readonly ask: Ask;
}

async function askThroughCache(
  question: Question,
  rules: CacheRules,
  cache: EntityCache,
): Promise<SubgraphAnswer> {
  const { request, representations, workspaceId, ask } = question;
  const keys = keysFor(question, rules);
  const found = keys.map((key) => (key === undefined ? undefined : cache.find(key)));
  const missing = [...found.keys()].filter((index) => found[index] === undefined);
  if (missing.length === keys.length && keys.every((key) => key === undefined)) return ask(request);
  const entities: unknown[] = found.map((text) => (text === undefined ? null : JSON.parse(text)));
  if (missing.length === 0) return { data: { _entities: entities } };

  const fetching = cache.fetching(workspaceId);
  try {
    const answer = await ask({
      ...request,
      variables: { ...request.variables, representations: missing.map((index) => representations[index]) },
    });
    const fetched = answer.data?._entities;
    if (!Array.isArray(fetched) || fetched.length !== missing.length) {
      // Nobody answered as agreed: that costs what was asked for, not what is here.
      const { errors = [] } = answer.errors?.length ? answer : UNAVAILABLE_ANSWER;
      return { data: { _entities: entities }, errors: errors.flatMap((error) => placed(error, missing)) };
    }
    const failed = new Set((answer.errors ?? []).map(entityIn));
    for (const [place, index] of missing.entries()) {
      const entity: unknown = fetched[place];
      entities[index] = entity;
      const key = keys[index];
      const typeName = String(representations[index]?.__typename);
      const rule = rules.get(typeName);
      if (key === undefined || !rule || !isJsonObject(entity)) continue;
      if (failed.has(place) || failed.has(undefined)) continue;
      const tags = [...new Set([...idsIn(representations[index]), ...idsIn(entity)])];
      const events = [...rule.droppedBy].map(eventTag);
      cache.keep(fetching, key, JSON.stringify(entity), [...tags, ...events], rule.maxAgeMs);
    }
    const errors = answer.errors?.flatMap((error) => placed(error, missing));
    return { data: { _entities: entities }, ...(errors && { errors }) };
  } finally {
    cache.fetched(fetching);
  }
}

/** A key for each representation whose type may be kept: who asks, what of it, and which one. */
function keysFor(question: Question, rules: CacheRules): (string | undefined)[] {
  const { name, request, representations, actor } = question;
  const { representations: _, ...variables } = request.variables ?? {};
  const asked = JSON.stringify([name, request.query, request.operationName, variables]);
  const prefixes = new Map<boolean, string>();
  const prefixOf = (rule: CacheRule): string => {
    const known = prefixes.get(rule.shared);
    if (known !== undefined) return known;
    const who = JSON.stringify(rule.shared ? sharedIdentity(actor) : actor);
    const prefix = createHash('sha256').update(who).update(asked).digest('base64');
    prefixes.set(rule.shared, prefix);
    return prefix;
  };
  return representations.map((representation) => {
    const rule = rules.get(String(representation.__typename));
    return rule && `${prefixOf(rule)}${JSON.stringify(representation)}`;
  });
}

/** What callers have in common who see the same of a shared type. */
function sharedIdentity(actor: Actor): unknown {
  if (actor.kind === 'anonymous') return actor;
  return [actor.workspaceId, actor.mode, [...actor.scopes].sort()];
}

/** Every id of a node, however deep it stands. */
function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return parseId(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(idsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(idsIn) : [];
}

/** The place of the entity that failed; undefined for an error about all of them. */
function entityIn({ path }: SubgraphError): number | undefined {
  const place = path?.[0] === '_entities' ? path[1] : undefined;
  return typeof place === 'number' ? place : undefined;
}

/**
 * Errors name an entity by its place in what was asked for; here, by its place in the whole. One that names none is
 * about all that was asked for.
 */
function placed(error: SubgraphError, missing: readonly number[]): SubgraphError[] {
  const place = entityIn(error);
  if (place === undefined) return missing.map((index) => ({ ...error, path: ['_entities', index] }));
  return [{ ...error, path: ['_entities', missing[place] ?? place, ...(error.path ?? []).slice(2)] }];
}
