/** The project's root folder. */
export const root: string;

/** Every workspace of the root package.json: its folder (relative) and its own package.json. */
export function workspaces(): {
  folder: string;
  manifest: { name: string; dependencies?: Record<string, string>; scripts?: Record<string, string> };
}[];

/** A JSON file of the project, by its path from the root. */
export function readJson(path: string): Record<string, unknown>;
