import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { VENDOR_NAMES } from '../vendor.ts';
import { INSPECTOR_SCRIPT } from './script.ts';
import { INSPECTOR_STYLE } from './style.ts';

/** The inspector: a page that shows each vendor's traffic, the callbacks and the mailbox. */
export function registerInspector(app: FastifyInstance): void {
  app.get('/', (_request, reply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
      .send(page(nonce));
  });
}

function page(nonce: string): string {
  const vendors = VENDOR_NAMES.map((name) => `<option>${name}</option>`).join('');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vendor sandbox</title>
<link rel="icon" href="data:,">
<style>${INSPECTOR_STYLE}</style>
<header>
<h1>Vendor sandbox</h1>
<nav aria-label="Views"></nav>
<label>Vendor <select><option value="">all</option>${vendors}</select></label>
<span id="state" role="status"></span>
</header>
<main></main>
<script nonce="${nonce}">${INSPECTOR_SCRIPT}</script>
</html>
`;
}
