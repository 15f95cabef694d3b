/**
 * TwiML as the sandbox understands it: the verbs of a document, in order.
 * https://www.twilio.com/docs/voice/twiml
 */

/** A verb, or a noun inside one. */
export interface TwimlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text directly inside. */
  text: string;
  readonly children: TwimlElement[];
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const LOOSE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/;

/** Reads a document. @returns its verbs; `undefined` when it is no well-formed `<Response>`. */
export function readTwiml(document: string): readonly TwimlElement[] | undefined {
  const top: TwimlElement = { name: '', attributes: {}, text: '', children: [] };
  const open = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const match = TOKEN.exec(document);
    if (!match || LOOSE_AMPERSAND.test(match[0])) return undefined;
    const [token, closes, name, attributes, isEmpty] = match;
    const parent = open.at(-1) ?? top;
    if (name === undefined) {
      if (!token.startsWith('<')) parent.text += unescapeXml(token);
    } else if (closes) {
      if (open.length === 1 || parent.name !== name) return undefined;
      open.pop();
    } else {
      const element = { name, attributes: attributesOf(attributes ?? ''), text: '', children: [] };
      parent.children.push(element);
      if (!isEmpty) open.push(element);
    }
  }
  const [response, ...others] = top.children;
  const isDocument = open.length === 1 && others.length === 0 && top.text.trim() === '';
  return isDocument && response?.name === 'Response' ? response.children : undefined;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [
      name,
      unescapeXml(double ?? single ?? ''),
    ]),
  );
}

/** Text as it was before it was written into XML. */
export function unescapeXml(text: string): string {
  return text
    .replace(/&#(?:x([\da-fA-F]+)|(\d+));/g, (_all, hex?: string, decimal?: string) =>
      characterOf(hex ? Number.parseInt(hex, 16) : Number(decimal)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

const characterOf = (codePoint: number): string =>
  codePoint <= 0x10_ffff ? String.fromCodePoint(codePoint) : '\ufffd';
