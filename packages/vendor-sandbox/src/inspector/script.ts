/**
 * The inspector's own code, run by the browser. It builds every element with `textContent`, so nothing that a vendor
 * received can become markup; HTML mail is shown in a frame without scripts.
 */
export const INSPECTOR_SCRIPT = `
'use strict';
const REFRESH_MS = 2000;
const LIMIT = 200;
const views = {
  requests: { label: 'Requests', columns: ['Time', 'Vendor', 'Request', 'Status', 'Effect', 'ms'] },
  callbacks: { label: 'Callbacks', columns: ['Time', 'Vendor', 'Event', 'To', 'Status', 'Attempts'] },
  mailbox: { label: 'Mailbox', columns: ['Time', 'By', 'From', 'To', 'Subject'] },
  faults: { label: 'Faults', columns: ['Vendor', 'Match', 'What', 'Requests left', 'Callbacks left'] },
};
const state = { view: views[location.hash.slice(1)] ? location.hash.slice(1) : 'requests', vendor: '', open: new Set() };

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
const clock = (time) => new Date(time).toLocaleTimeString();
const statusClass = (status) => (status !== null && status < 400 ? 'good' : 'bad');
const code = (text) => element('code', { textContent: text });
const pretty = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));
const section = (title, value) =>
  value === null || value === undefined || value === ''
    ? null
    : element('div', {}, element('h2', { textContent: title }), element('pre', { textContent: pretty(value) }));

function withLinks(text) {
  const shown = element('pre', {});
  let end = 0;
  for (const match of text.matchAll(/https?:\\/\\/[^\\s<>"]+/g)) {
    shown.append(text.slice(end, match.index));
    shown.append(element('a', { href: match[0], textContent: match[0], target: '_blank', rel: 'noopener noreferrer' }));
    end = match.index + match[0].length;
  }
  shown.append(text.slice(end));
  return shown;
}
function htmlFrame(html) {
  const frame = element('iframe', { title: 'The mail as HTML' });
  frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox');
  frame.setAttribute('referrerpolicy', 'no-referrer');
  frame.srcdoc = '<base target="_blank">' + html;
  return frame;
}

const rows = {
  requests: (one) => ({
    cells: [
      clock(one.at), one.vendor, code(one.method + ' ' + one.path),
      one.dropped ? element('span', { className: 'bad', textContent: 'dropped' })
        : element('span', { className: statusClass(one.status), textContent: one.status ?? '…' }),
      one.effect ? 'yes' : element('span', { className: 'dim', textContent: 'no' }),
      one.durationMs ?? '…',
    ],
    details: () => [section('Query', Object.keys(one.query ?? {}).length ? one.query : null), section('Body', one.body),
      section('Answer', one.answer), section('Headers', one.headers), section('Fault', one.fault)],
  }),
  callbacks: (one) => ({
    cells: [
      clock(one.at), one.vendor, one.kind + (one.duplicate ? ' (copy)' : '') + (one.badSignature ? ' (spoilt)' : ''), code(one.url),
      element('span', { className: one.state === 'DELIVERED' ? 'good' : one.state === 'FAILED' ? 'bad' : 'dim',
        textContent: one.status ?? one.attempts.at(-1)?.error ?? '…' }),
      one.attempts.length,
    ],
    details: () => [section('Body', one.body), section('Headers', one.headers), section('Attempts', one.attempts)],
  }),
  mailbox: (one) => ({
    cells: [clock(one.receivedAt), one.via, one.from.address, [...one.to, ...one.cc, ...one.bcc].map((to) => to.address).join(', '), one.subject],
    details: () => [
      one.text ? withLinks(one.text) : null,
      one.html ? htmlFrame(one.html) : null,
      section('Attachments', one.attachments.length ? one.attachments : null),
      section('Headers', Object.keys(one.headers).length ? one.headers : null),
    ],
  }),
  faults: (one) => ({
    cells: [one.vendor, code(one.match ?? 'every request'),
      Object.entries(one).filter(([name, value]) => value && !['id', 'vendor', 'match', 'requestsLeft', 'callbacksLeft'].includes(name))
        .map(([name, value]) => name + ': ' + value).join(', '),
      one.requestsLeft, one.callbacksLeft ?? 'no end'],
    details: () => [section('Fault', one)],
  }),
};
const sources = {
  requests: () => '/control/requests?limit=' + LIMIT + (state.vendor ? '&vendor=' + state.vendor : ''),
  callbacks: () => '/control/callbacks?limit=' + LIMIT + (state.vendor ? '&vendor=' + state.vendor : ''),
  mailbox: () => '/control/mailbox?limit=' + LIMIT,
  faults: () => '/control/faults',
};

const navigation = document.querySelector('nav');
const list = document.querySelector('main');
const note = document.querySelector('#state');
let shown = '';

function drawNavigation() {
  navigation.replaceChildren(...Object.entries(views).map(([name, view]) => {
    const button = element('button', { type: 'button', textContent: view.label });
    button.setAttribute('aria-pressed', String(state.view === name));
    button.addEventListener('click', () => { state.view = name; location.hash = name; shown = ''; drawNavigation(); refresh(); });
    return button;
  }));
}

function draw(items) {
  if (items.length === 0) {
    list.replaceChildren(element('p', { className: 'empty', textContent: 'Nothing yet.' }));
    return;
  }
  const body = element('tbody', {});
  for (const item of items) {
    const { cells, details } = rows[state.view](item);
    const row = element('tr', { className: 'entry', tabIndex: 0 }, ...cells.map((cell) => element('td', {}, cell instanceof Node ? cell : String(cell))));
    const toggle = () => {
      if (state.open.has(item.id)) state.open.delete(item.id); else state.open.add(item.id);
      draw(items);
    };
    row.addEventListener('click', toggle);
    row.addEventListener('keydown', (event) => { if (event.key === 'Enter') toggle(); });
    body.append(row);
    if (state.open.has(item.id)) {
      body.append(element('tr', {}, element('td', { colSpan: cells.length }, ...details().filter(Boolean))));
    }
  }
  const head = element('thead', {}, element('tr', {}, ...views[state.view].columns.map((name) => element('th', { textContent: name }))));
  list.replaceChildren(element('table', {}, head, body));
}

async function refresh() {
  const view = state.view;
  try {
    const answer = await fetch(sources[view]());
    const text = await answer.text();
    note.textContent = 'updated ' + new Date().toLocaleTimeString();
    // Drawn again only when something changed, so that a selection or an open frame stays.
    if (view !== state.view || text === shown) return;
    shown = text;
    draw(Object.values(JSON.parse(text))[0]);
  } catch {
    note.textContent = 'the sandbox does not answer';
  }
}

const select = document.querySelector('select');
select.addEventListener('change', () => { state.vendor = select.value; shown = ''; refresh(); });
drawNavigation();
refresh();
setInterval(refresh, REFRESH_MS);
`;
