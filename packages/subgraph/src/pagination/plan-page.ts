import { invalidInput } from '@switchboard/errors';
import { bindingOf, decodeCursor } from './cursor.ts';

export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;

/** Which rows to fetch: `limit + 1` of them, newest first, so that one more shows that another page follows. */
export interface PagePlan {
  readonly limit: number;
  /** `forward` walks towards older rows, `backward` towards newer ones. */
  readonly direction: 'forward' | 'backward';
  /** The id the page starts behind. */
  readonly boundaryId: string | undefined;
  /** Ties cursors to the list; for `toConnection`. */
  readonly binding: string;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/**
 * Turns a list's arguments into a plan.
 * @param list.filter whatever narrows the list, the parent's id included; cursors are bound to it.
 * @param list.order name of the order; newest first by id when absent.
 * @throws AppError INVALID_INPUT for sizes outside 1 to 100, mixed directions, or a cursor of another list.
 */
export function planPage(
  args: PageArguments,
  list: { readonly filter?: unknown; readonly order?: string } = {},
): PagePlan {
  const { first, after, last, before } = args;
  const backward = given(last) || given(before);
  if (backward && (given(first) || given(after))) {
    throw invalidInput('Use "first" with "after", or "last" with "before", not both.', { argument: 'last' });
  }
  const binding = bindingOf(list.filter, list.order ?? 'newest');
  const cursor = backward ? before : after;
  return {
    limit: backward ? sizeOf(last, 'last') : sizeOf(first, 'first'),
    direction: backward ? 'backward' : 'forward',
    boundaryId: given(cursor) ? decodeCursor(binding, cursor, backward ? 'before' : 'after') : undefined,
    binding,
  };
}

function given<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function sizeOf(size: number | null | undefined, argument: string): number {
  if (!given(size)) return PAGE_SIZE_DEFAULT;
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE_MAX) {
    throw invalidInput(`Argument "${argument}" must be between 1 and ${PAGE_SIZE_MAX}.`, { argument });
  }
  return size;
}
