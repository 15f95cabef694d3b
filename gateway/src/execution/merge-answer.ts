import { isJsonObject, type JsonObject } from './json-object.ts';

/**
 * Puts what one subgraph answered into what others did. Objects that `target` lacks are taken over, not copied: an
 * entity that was asked for once and stands in many places is then one object.
 */
export function mergeAnswer(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    // JSON may bring it as a key of its own; assigning it would change the prototype.
    if (key === '__proto__') continue;
    const present = target[key];
    const incoming = source[key];
    if (present === incoming) continue;
    if (isJsonObject(present) && isJsonObject(incoming)) mergeAnswer(present, incoming);
    else if (Array.isArray(present) && Array.isArray(incoming) && present.length === incoming.length) {
      mergeList(present, incoming);
    } else target[key] = incoming;
  }
}

function mergeList(target: unknown[], source: readonly unknown[]): void {
  for (const [index, incoming] of source.entries()) {
    const present = target[index];
    if (present === incoming) continue;
    if (isJsonObject(present) && isJsonObject(incoming)) mergeAnswer(present, incoming);
    else if (Array.isArray(present) && Array.isArray(incoming) && present.length === incoming.length) {
      mergeList(present, incoming);
    } else target[index] = incoming;
  }
}
