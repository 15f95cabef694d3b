import sanitizeHtml from 'sanitize-html';

const COLOR = /^(#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([\d\s.,%]{5,40}\))$/i;
const LENGTH = /^[\d.]{1,6}(px|em|rem|pt|%)$/;

/** Deeper elements are left out: readers build a tree of what is handed to them. */
const NESTING_MAX = 64;

/**
 * HTML from outside made harmless: an allow-list of elements and attributes; no scripts, styles sheets, forms, frames or
 * objects; links to web pages and addresses only, which do not tell where they were followed from; and nothing that is
 * fetched when it is shown. Images keep their alternative text and lose their address: whoever put it there would
 * learn of the reading.
 */
export function safeHtml(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'div', 'span', 'br', 'hr', 'blockquote', 'pre', 'code'],
      ...[
        'b',
        'strong',
        'i',
        'em',
        'u',
        's',
        'strike',
        'del',
        'ins',
        'sub',
        'sup',
        'small',
        'mark',
        'center',
      ],
      ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'a', 'img', 'font', 'abbr', 'cite', 'q', 'address', 'time'],
      ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
      ...['article', 'section', 'header', 'footer', 'main', 'figure', 'figcaption'],
    ],
    allowedAttributes: {
      '*': ['style', 'dir', 'lang', 'title', 'align'],
      a: ['href', 'rel'],
      img: ['alt', 'width', 'height'],
      font: ['color', 'size'],
      table: ['width', 'border', 'cellpadding', 'cellspacing'],
      td: ['width', 'height', 'colspan', 'rowspan', 'valign', 'bgcolor'],
      th: ['width', 'height', 'colspan', 'rowspan', 'valign', 'bgcolor'],
      tr: ['valign', 'bgcolor'],
      ol: ['start', 'type'],
    },
    allowedStyles: {
      '*': {
        color: [COLOR],
        'background-color': [COLOR],
        'text-align': [/^(left|right|center|justify)$/],
        'font-weight': [/^(normal|bold|[1-9]00)$/],
        'font-style': [/^(normal|italic)$/],
        'text-decoration': [/^(none|underline|line-through)$/],
        'font-size': [LENGTH],
        width: [LENGTH],
      },
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'head'],
    nestingLimit: NESTING_MAX,
    transformTags: {
      a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow' }),
    },
  });
}
