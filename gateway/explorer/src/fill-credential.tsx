import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

const STORAGE_KEY = 'switchboard:filled';
const REMEMBERED = 20;

/**
 * Puts the demo user's `Authorization` into the headers of the tab in front: where they are empty, or hold an
 * earlier one of ours. Headers that the reader wrote are left alone.
 */
export function FillCredential({ accessToken }: { readonly accessToken: string | undefined }) {
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const activeTabIndex = useGraphiQL((state) => state.activeTabIndex);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each tab is looked at when it comes to the front
  useEffect(() => {
    if (!headerEditor || !accessToken) return;
    const headers = JSON.stringify({ Authorization: `Bearer ${accessToken}` }, null, 2);
    const current = headerEditor.getValue().trim();
    if (current === headers) return;
    const filled = readFilled();
    if (current === '' || filled.includes(markOf(current))) headerEditor.setValue(headers);
    const marks = [...new Set([...filled, markOf(headers)])].slice(-REMEMBERED);
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(marks));
  }, [headerEditor, accessToken, activeTabIndex]);
  return null;
}

/** The end of a token's signature is enough to know it again, and no use to anybody else. */
function markOf(headers: string): string {
  return headers.slice(-24);
}

function readFilled(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]') as string[];
  } catch {
    return [];
  }
}
