import { refusal } from './refusal.ts';

/**
 * Checks where a person is sent back to: only to places the operator named, or a code would follow a stranger's link.
 * @param origins such as `https://app.example.com`.
 * @throws AppError REJECTED with `RETURN_URL_NOT_ALLOWED`.
 */
export function requireReturnUrl(returnUrl: string, origins: readonly string[]): void {
  const url = URL.canParse(returnUrl) ? new URL(returnUrl) : undefined;
  const isAllowed =
    url !== undefined &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    origins.includes(url.origin);
  if (isAllowed) return;
  throw refusal(
    'RETURN_URL_NOT_ALLOWED',
    `People are sent back to ${origins.join(', ')} only.`,
    'input.returnUrl',
  );
}

/** The address with what the vendor answered. */
export function withParameters(returnUrl: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(returnUrl);
  for (const [name, text] of Object.entries(parameters)) url.searchParams.set(name, text);
  return url.toString();
}
