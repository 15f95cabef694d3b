import type { NestedForm } from '../forms.ts';
import type { StripeObject } from './objects.ts';
import { Parameters } from './parameters.ts';
import { invalid, noSuch } from './stripe-error.ts';

const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 100;

/** Parameters every list has. */
export const LIST_PARAMETERS = ['limit', 'starting_after', 'ending_before', 'created'] as const;

/**
 * One page of a list, newest first. https://docs.stripe.com/api/pagination
 * @throws StripeError for a limit out of range or an unknown cursor
 */
export function pageOf<T extends StripeObject>(url: string, form: NestedForm, items: readonly T[]) {
  const parameters = new Parameters(form, Object.keys(form));
  const limit = parameters.integer('limit') ?? LIMIT_DEFAULT;
  if (limit < 1 || limit > LIMIT_MAX) {
    throw invalid(`This value must be between 1 and ${LIMIT_MAX}.`, {
      param: 'limit',
      code: 'parameter_invalid_integer',
    });
  }
  const created = createdFilter(form);
  const fitting = items.filter((item) => created(item.created));
  const after = parameters.text('starting_after');
  const before = parameters.text('ending_before');
  if (after && before) {
    throw invalid('You cannot parameterize both starting_after and ending_before.', {
      param: 'ending_before',
    });
  }
  if (before) {
    const end = positionOf(fitting, before, 'ending_before');
    const start = Math.max(end - limit, 0);
    return { object: 'list', data: fitting.slice(start, end), has_more: start > 0, url };
  }
  const start = after ? positionOf(fitting, after, 'starting_after') + 1 : 0;
  return {
    object: 'list',
    data: fitting.slice(start, start + limit),
    has_more: start + limit < fitting.length,
    url,
  };
}

function positionOf(items: readonly StripeObject[], id: string, param: string): number {
  const position = items.findIndex((item) => item.id === id);
  if (position < 0) throw noSuch('object', id, param, 400);
  return position;
}

function createdFilter(form: NestedForm): (created: number) => boolean {
  const { created } = form;
  if (created === undefined) return () => true;
  if (typeof created === 'string') return (time) => time === Number(created);
  if (Array.isArray(created)) throw invalid('Invalid object', { param: 'created' });
  const bound = (name: string): number | undefined =>
    typeof created[name] === 'string' ? Number(created[name]) : undefined;
  const [gt, gte, lt, lte] = [bound('gt'), bound('gte'), bound('lt'), bound('lte')];
  return (time) =>
    (gt === undefined || time > gt) &&
    (gte === undefined || time >= gte) &&
    (lt === undefined || time < lt) &&
    (lte === undefined || time <= lte);
}
