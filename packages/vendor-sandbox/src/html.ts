/** Text made safe for HTML, inside and outside of attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A page of the sandbox with a few facts and the buttons of one form. Everything given is escaped. */
export function questionPage(page: {
  title: string;
  facts: Readonly<Record<string, string>>;
  action: string;
  buttons: readonly { value: string; label: string }[];
}): string {
  const facts = Object.entries(page.facts).map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  const buttons = page.buttons.map(
    ({ value, label }) => `<button name="answer" value="${escapeHtml(value)}">${escapeHtml(label)}</button>`,
  );
  return formPage({
    title: page.title,
    body: `<dl>${facts.join('')}</dl>
<form method="post" action="${escapeHtml(page.action)}">${buttons.join('')}</form>`,
  });
}

/** A page of the sandbox. @param page.body HTML, escaped already. */
export function formPage(page: { title: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; color: #1c2430; }
p { color: #5b6675; }
[role=alert] { color: #a4262c; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; }
dt { color: #5b6675; }
dd, li { margin: 0; overflow-wrap: anywhere; }
fieldset { border: 1px solid #c8ced6; border-radius: .4rem; margin: 0 0 1.25rem; padding: .5rem 1rem 1rem; }
label { display: block; margin-top: .5rem; }
input[type=email] { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem .6rem; border: 1px solid #8a94a2; border-radius: .3rem; }
button { font: inherit; padding: .6rem 1.2rem; margin-right: .5rem; border: 1px solid #1c2430; border-radius: .4rem; background: #fff; cursor: pointer; }
button:first-of-type { background: #1c2430; color: #fff; }
</style>
<h1>${escapeHtml(page.title)}</h1>
<p>This is the vendor sandbox. Nothing here is real.</p>
${page.body}
</html>
`;
}

/** What a page of the sandbox may load: its own styles, nothing else; forms go where they came from. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;
