import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that must not be where it was looked for. */
export interface Finding {
  readonly canary: string;
  readonly place: string;
}

/** Searches every file below a folder, byte by byte. */
export function searchFolder(folder: string, canaries: Readonly<Record<string, string>>): Finding[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return searchText(path, readFileSync(path, 'latin1'), canaries);
    });
}

/** Searches a text. Canaries are compared as UTF-8, as files hold them. */
export function searchText(
  place: string,
  text: string,
  canaries: Readonly<Record<string, string>>,
): Finding[] {
  return Object.entries(canaries)
    .filter(([, value]) => value.length > 0 && text.includes(Buffer.from(value).toString('latin1')))
    .map(([canary]) => ({ canary, place }));
}
