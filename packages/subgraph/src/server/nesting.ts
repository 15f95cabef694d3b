import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';

/** Far beyond anything meant: parsers and validation call themselves once a level, and the stack is finite. */
const LEVELS_MAX = 100;

const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Looks at a document's brackets before it is parsed.
 * @param tokensMax where to stop looking: a longer document is refused by the parser.
 * @throws GraphQLError when they are nested too deeply, or a token is none.
 */
export function requireShallowDocument(query: string, tokensMax: number): void {
  const lexer = new Lexer(new Source(query));
  let levels = 0;
  for (let count = 0; count <= tokensMax; count += 1) {
    const { kind } = lexer.advance();
    if (kind === TokenKind.EOF) return;
    if (OPENING.has(kind)) levels += 1;
    if (CLOSING.has(kind)) levels -= 1;
    if (levels > LEVELS_MAX)
      throw new GraphQLError(`The document is nested deeper than ${LEVELS_MAX} levels.`);
  }
}

/** Whether a parsed JSON value is nested more deeply than anything that is meant. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > LEVELS_MAX) return true;
    level = level.flatMap((member) =>
      member !== null && typeof member === 'object' ? Object.values(member) : [],
    );
  }
  return false;
}
