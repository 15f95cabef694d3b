import { TwilioError } from './twilio-error.ts';

const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 1_000;

/**
 * One page of a list, with the links to its neighbours. A page after the first one is found by the token, which
 * names the last item before it, so that new items do not shift it.
 * https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information
 * @throws TwilioError for a page size or token that Twilio refuses
 */
export function pageOf<T extends { sid: string }, R>(
  name: string,
  path: string,
  query: Record<string, string>,
  items: readonly T[],
  resource: (item: T) => R,
) {
  const requested = query.PageSize === undefined ? PAGE_SIZE_DEFAULT : Number(query.PageSize);
  if (!Number.isInteger(requested) || requested < 1)
    throw new TwilioError(400, 20007, 'Page size must be positive');
  const pageSize = Math.min(requested, PAGE_SIZE_MAX);
  const page = Number(query.Page ?? 0);
  if (!Number.isInteger(page) || page < 0) throw new TwilioError(400, 20006, 'Invalid page number');

  const start = startOf(items, query, page);
  const shown = items.slice(start, start + pageSize);
  const last = shown.at(-1);
  const link = (number: number, token?: string): string => {
    const { Page: _page, PageToken: _token, PageSize: _size, ...filters } = query;
    const parameters = new URLSearchParams({ ...filters, PageSize: String(pageSize), Page: String(number) });
    if (token) parameters.set('PageToken', token);
    return `${path}?${parameters}`;
  };
  const hasNext = start + shown.length < items.length;
  const before = items[start - pageSize - 1];
  return {
    first_page_uri: link(0),
    end: Math.max(start + shown.length - 1, 0),
    previous_page_uri: page > 0 ? link(page - 1, before && `PB${before.sid}`) : null,
    [name]: shown.map(resource),
    uri: link(page, query.PageToken),
    page_size: pageSize,
    start,
    next_page_uri: hasNext && last ? link(page + 1, `PA${last.sid}`) : null,
    page,
  };
}

function startOf<T extends { sid: string }>(
  items: readonly T[],
  query: Record<string, string>,
  page: number,
): number {
  if (!query.PageToken) {
    if (page > 0) throw new TwilioError(400, 21481, 'Invalid Page Token: paging goes by the links of a page');
    return 0;
  }
  const position = items.findIndex((item) => item.sid === query.PageToken?.slice(2));
  if (position < 0) throw new TwilioError(400, 21481, 'Invalid Page Token');
  return position + 1;
}
