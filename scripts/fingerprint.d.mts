/** Each file below `folder` (built, installed and private folders left out) with the hash of its content. */
export function fingerprint(folder: string): Map<string, string>;

/** Paths that were added, removed or changed between two fingerprints, sorted. */
export function changedFiles(before: Map<string, string>, after: Map<string, string>): string[];
