import { describe, expect, it } from 'vitest';
import { parseFlatForm, parseNestedForm } from './forms.ts';

describe('forms', () => {
  it('read names that repeat as lists', () => {
    expect(parseFlatForm('MediaUrl=a&MediaUrl=b&Body=x%20y')).toEqual({ MediaUrl: ['a', 'b'], Body: 'x y' });
  });

  it('read nested names', () => {
    expect(parseNestedForm('metadata[a]=1&metadata[b]=&expand[]=x&expand[]=y&list[0][c]=2&n=3')).toEqual({
      metadata: { a: '1', b: '' },
      expand: ['x', 'y'],
      list: [{ c: '2' }],
      n: '3',
    });
  });

  it('leave prototypes alone', () => {
    expect(parseNestedForm('__proto__[polluted]=1&a[constructor][prototype]=1')).toEqual({});
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
