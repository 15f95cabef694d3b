/** A mail's content: plain texts, without any markup. */
export interface MailBody {
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  /** The one thing to click; its address is the only place where a secret may stand. */
  readonly action?: { readonly label: string; readonly url: string } | undefined;
  /** What follows the action, in small print. */
  readonly notes: readonly string[];
}

interface Options {
  readonly keepLink: boolean;
}

const LINK_LEFT_OUT = '[link not kept]';
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it may stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

export function toText(body: MailBody, { keepLink }: Options): string {
  const { greeting, paragraphs, action, notes } = body;
  const link = action && `${action.label}:\n${keepLink ? action.url : LINK_LEFT_OUT}`;
  return `${[greeting, ...paragraphs, ...(link ? [link] : []), ...notes].join('\n\n')}\n`;
}

export function toHtml(body: MailBody, { keepLink }: Options): string {
  const { greeting, paragraphs, action, notes } = body;
  const paragraph = (text: string): string => `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"></head>',
    '<body style="font-family:sans-serif;line-height:1.5;color:#1a1a1a;max-width:36em">',
    ...[greeting, ...paragraphs].map(paragraph),
    ...(action ? [actionHtml(action, keepLink)] : []),
    ...notes.map((note) => `<p style="color:#666;font-size:smaller">${escapeHtml(note)}</p>`),
    '</body></html>',
    '',
  ].join('\n');
}

function actionHtml({ label, url }: { label: string; url: string }, keepLink: boolean): string {
  if (!keepLink) return `<p>${escapeHtml(label)}: ${LINK_LEFT_OUT}</p>`;
  return `<p><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></p><p>${escapeHtml(url)}</p>`;
}
