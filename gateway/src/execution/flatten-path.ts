import type { Place } from './execution.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** In a plan's path: every element of the list that stands here. */
const EVERY = '@';

/** The objects a plan's path leads to, each once even where it stands in several places. */
export function objectsAt(root: JsonObject, path: Place): JsonObject[] {
  let level = new Set<JsonObject>([root]);
  let lists: unknown[][] = [];
  for (const step of path) {
    const nextLevel = new Set<JsonObject>();
    const nextLists: unknown[][] = [];
    const reach = (value: unknown): void => {
      if (Array.isArray(value)) nextLists.push(value);
      else if (isJsonObject(value)) nextLevel.add(value);
    };
    if (step === EVERY) for (const list of lists) for (const element of list) reach(element);
    else for (const object of level) reach(object[step]);
    level = nextLevel;
    lists = nextLists;
  }
  const objects = level;
  const takeAll = (list: readonly unknown[]): void => {
    for (const element of list) {
      if (Array.isArray(element)) takeAll(element);
      else if (isJsonObject(element)) objects.add(element);
    }
  };
  for (const list of lists) takeAll(list);
  return [...objects];
}

/** Every place a plan's path leads to, in the order of the answer, with what stands there. */
export function placesAt(root: JsonObject, path: Place): [Place, JsonObject][] {
  const found: [Place, JsonObject][] = [];
  const walk = (value: unknown, depth: number, place: Place): void => {
    if (Array.isArray(value)) {
      const next = path[depth] === EVERY ? depth + 1 : depth;
      if (next === depth && depth < path.length) return;
      for (const [index, element] of value.entries()) walk(element, next, [...place, index]);
    } else if (isJsonObject(value)) {
      const step = path[depth];
      if (step === undefined) found.push([place, value]);
      else if (step !== EVERY) walk(value[step], depth + 1, [...place, step]);
    }
  };
  walk(root, 0, []);
  return found;
}
