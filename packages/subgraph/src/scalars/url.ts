import { defineTextScalar, sameText } from './define-scalar.ts';

function isWebUrl(text: string): boolean {
  if (text.length > 2_048 || /\s/.test(text)) return false;
  const url = URL.parse(text);
  return (
    url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password
  );
}

/** A string, taken as written. Whether its host may be called is for the caller to check. */
export const UrlScalar = defineTextScalar<string>({
  name: 'URL',
  description: 'An absolute http or https URL without user name and password.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  ...sameText(isWebUrl),
});
