import type { NestedForm } from '../forms.ts';
import type { StripeAccount } from './account.ts';
import { invalid } from './stripe-error.ts';

const DEPTH_MAX = 4;

/**
 * A copy of an answer in which ids are replaced by their objects, as `expand` asks.
 * https://docs.stripe.com/api/expanding_objects
 * @throws StripeError for a property that is no id
 */
export function expanded<T extends object>(account: StripeAccount, answer: T, form: NestedForm): T {
  const { expand } = form;
  const copy = structuredClone(answer);
  if (expand === undefined) return copy;
  if (!Array.isArray(expand)) throw invalid('Invalid array', { param: 'expand' });
  for (const path of expand) {
    if (typeof path !== 'string') throw invalid('Invalid string', { param: 'expand' });
    const parts = path.split('.');
    if (parts.length > DEPTH_MAX) {
      throw invalid(`You cannot expand more than ${DEPTH_MAX} levels of a property`, { param: 'expand' });
    }
    expandPath(account, copy, parts, path);
  }
  return copy;
}

function expandPath(account: StripeAccount, node: unknown, parts: readonly string[], whole: string): void {
  const [head, ...rest] = parts;
  if (head === undefined || typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) expandPath(account, item, parts, whole);
    return;
  }
  const fields = node as Record<string, unknown>;
  const value = fields[head];
  if (value === null) return;
  if (typeof value === 'string') {
    const found = account.objects.get(value);
    if (!found) throw cannotExpand(whole);
    fields[head] = structuredClone(found);
  } else if (typeof value !== 'object') throw cannotExpand(whole);
  expandPath(account, fields[head], rest, whole);
}

const cannotExpand = (path: string) =>
  invalid(`This property cannot be expanded (${path}).`, { param: 'expand' });
