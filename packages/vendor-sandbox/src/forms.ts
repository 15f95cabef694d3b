/** A form as Twilio sends it: repeated names become lists. */
export type FlatForm = Record<string, string | string[]>;

/** Reads `application/x-www-form-urlencoded` without nesting. */
export function parseFlatForm(text: string): FlatForm {
  const form: FlatForm = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const existing = form[name];
    if (existing === undefined) form[name] = value;
    else form[name] = Array.isArray(existing) ? [...existing, value] : [existing, value];
  }
  return form;
}

/** A form with nesting: text, lists and objects of the same. */
export type NestedValue = string | NestedValue[] | NestedForm;
export interface NestedForm {
  [name: string]: NestedValue;
}

const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a form with `a[b]`, `a[0]` and `a[]` names, as Stripe's libraries write them.
 * Names that would reach an object's prototype are left out.
 */
export function parseNestedForm(text: string): NestedForm {
  const root: NestedForm = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = splitName(name);
    if (path.some((part) => FORBIDDEN_NAMES.has(part))) continue;
    put(root, path, value);
  }
  return listsFromIndexes(root) as NestedForm;
}

function splitName(name: string): string[] {
  const head = /^[^[]*/.exec(name)?.[0] ?? '';
  return [head, ...[...name.slice(head.length).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '')];
}

function put(root: NestedForm, path: string[], value: string): void {
  let node = root;
  for (const [depth, rawPart] of path.entries()) {
    // `a[]` appends: its index is the number of entries so far.
    const part = rawPart === '' && depth > 0 ? String(Object.keys(node).length) : rawPart;
    if (depth === path.length - 1) {
      node[part] = value;
      return;
    }
    const next = node[part];
    if (typeof next === 'object' && !Array.isArray(next)) node = next;
    else {
      const child: NestedForm = {};
      node[part] = child;
      node = child;
    }
  }
}

function listsFromIndexes(value: NestedValue): NestedValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const names = Object.keys(value);
  const isList = names.length > 0 && names.every((name, index) => name === String(index));
  if (isList) return Object.values(value).map(listsFromIndexes);
  return Object.fromEntries(names.map((name) => [name, listsFromIndexes(value[name] ?? '')]));
}
