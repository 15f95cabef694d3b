import { PLACES_MAX } from '../graph/error-places.ts';
import { type SubgraphAnswer, type SubgraphError, UNAVAILABLE_ANSWER } from '../graph/subgraph-answer.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** What several places of one plan ask about their entities, word for word. */
export interface SharedQuestion {
  /** The same for all those places, and for no others of the plan. */
  readonly id: string;
  /** Of the fields it asks for. */
  readonly keys: readonly string[];
}

/** Entities by the text that tells them apart. */
export type NamedRepresentations = ReadonlyMap<string, JsonObject>;

type Send = (representations: readonly JsonObject[]) => Promise<SubgraphAnswer>;

/** Entities that are asked for together. */
interface Batch {
  readonly representations: JsonObject[];
  readonly answer: Promise<SubgraphAnswer>;
}

interface Slot {
  readonly batch: Batch;
  readonly index: number;
}

interface Asked {
  readonly slots: Map<string, Slot>;
  /** Not sent yet: whoever asks before that comes along. */
  open: Batch | undefined;
}

/**
 * The entities of one query of one client. Where a plan asks the same of the same entity in several places, the
 * entity is asked for once; questions that arise at the same moment go in one request. Never for mutations, whose
 * later reads must see what the mutation did.
 */
export class SharedEntities {
  readonly #asked = new Map<string, Asked>();

  /**
   * @param send asks the subgraph; called at most once for the entities that nobody has asked for yet.
   * @returns an answer as of `_entities(representations)`, in the order of the representations. The entities are
   * everybody's; what they hold belongs to the asker alone.
   */
  async ask(question: SharedQuestion, named: NamedRepresentations, send: Send): Promise<SubgraphAnswer> {
    const asked = this.#askedOf(question.id);
    const indices = new Map<Batch, Map<number, number>>();
    let count = 0;
    for (const [name, representation] of named) {
      let slot = asked.slots.get(name);
      if (!slot) {
        asked.open ??= openBatch(asked, send);
        slot = { batch: asked.open, index: asked.open.representations.push(representation) - 1 };
        asked.slots.set(name, slot);
      }
      let own = indices.get(slot.batch);
      if (!own) {
        own = new Map();
        indices.set(slot.batch, own);
      }
      own.set(slot.index, count);
      count += 1;
    }
    const entities: unknown[] = new Array(count).fill(null);
    const errors: SubgraphError[] = [];
    const answers = await Promise.all(Array.from(indices.keys(), (batch) => batch.answer));
    for (const [order, own] of [...indices.values()].entries()) {
      const answer = answers[order] ?? UNAVAILABLE_ANSWER;
      const found = answer.data?._entities;
      if (Array.isArray(found)) for (const [index, place] of own) entities[place] = ownOf(found[index]);
      errors.push(...errorsOf(answer, own, indices.size > 1 ? question.keys : undefined));
    }
    return { data: { _entities: entities }, ...(errors.length > 0 && { errors }) };
  }

  /** Notes what an answer told about entities before anybody asked. @param known by name; the fields asked for. */
  learn(id: string, known: ReadonlyMap<string, JsonObject>): void {
    const { slots } = this.#askedOf(id);
    const batch = {
      representations: [],
      answer: Promise.resolve({ data: { _entities: [...known.values()] } }),
    };
    let index = 0;
    for (const name of known.keys()) {
      if (!slots.has(name)) slots.set(name, { batch, index });
      index += 1;
    }
  }

  #askedOf(id: string): Asked {
    let asked = this.#asked.get(id);
    if (!asked) {
      asked = { slots: new Map(), open: undefined };
      this.#asked.set(id, asked);
    }
    return asked;
  }
}

/** A batch that is sent when every answer that is here by now has been read: they raise the same questions. */
function openBatch(asked: Asked, send: Send): Batch {
  const representations: JsonObject[] = [];
  const answer = new Promise<SubgraphAnswer>((resolve, reject) => {
    setImmediate(() => {
      asked.open = undefined;
      send(representations).then((answer) => resolve(complete(answer, representations.length)), reject);
    });
  });
  return { representations, answer };
}

/** An answer with an entity for each representation, or with errors. */
function complete({ data, errors = [] }: SubgraphAnswer, size: number): SubgraphAnswer {
  const found = data?._entities;
  if (Array.isArray(found) && found.length === size) return { data, errors };
  // Nobody said why, or what came cannot be told apart: the subgraph speaks nonsense.
  return errors.length > 0 ? { errors } : UNAVAILABLE_ANSWER;
}

/**
 * The errors that concern an asker's own entities, with their indices.
 * @param keys of the fields that were asked for, where an error of the whole batch concerns only a part of the answer.
 */
function errorsOf(
  { errors = [] }: SubgraphAnswer,
  own: ReadonlyMap<number, number>,
  keys: readonly string[] | undefined,
): SubgraphError[] {
  return errors.flatMap((error): SubgraphError[] => {
    const [root, index, ...rest] = error.path ?? [];
    if (root === '_entities' && typeof index === 'number') {
      const place = own.get(index);
      return place === undefined ? [] : [{ ...error, path: ['_entities', place, ...rest] }];
    }
    if (!keys) return [error];
    return [...own.values()]
      .flatMap((place) => keys.map((key) => ({ ...error, path: ['_entities', place, key] })))
      .slice(0, PLACES_MAX);
  });
}

/** Executions write into the objects of what they are given; the entity itself they only read. */
function ownOf(entity: unknown): unknown {
  if (!isJsonObject(entity)) return copyOf(entity);
  for (const key in entity) {
    const value = entity[key];
    if (value !== null && typeof value === 'object') return copyOf(entity);
  }
  return entity;
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key in value) {
    // JSON may bring it as a key of its own; assigning it would change the prototype.
    if (key !== '__proto__') copy[key] = copyOf(value[key]);
  }
  return copy;
}
