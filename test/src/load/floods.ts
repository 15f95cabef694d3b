/** A kind of query that must be refused, as a request body that is new each time. */
export interface Flood {
  readonly name: 'aliases' | 'depth' | 'tokens';
  body(count: number): string;
}

/** Below the limit of tokens each, so that it is their own limit that refuses the first two. */
const ALIASES = 150;
const LEVELS = 600;
/** Just below the limit of a request's size. */
const TOKENS = 18_000;

export const floods: readonly Flood[] = [
  flood(
    'aliases',
    Array.from(
      { length: ALIASES },
      (_, index) => `a${index}: contactPoint(address: \\"a@b.example\\") { address }`,
    ).join(' '),
  ),
  flood('depth', `auditEntries { nodes { ${'cause { '.repeat(LEVELS)} id ${'} '.repeat(LEVELS)} } }`),
  flood('tokens', '__typename '.repeat(TOKENS)),
];

function flood(name: Flood['name'], selections: string): Flood {
  // Another name each time: a refusal that is remembered by its text must not make the attack cheap.
  return { name, body: (count) => `{"query":"query q${count} { ${selections} }"}` };
}
