/** Copies of a built project what one part needs to run. @returns the workspaces. @throws Error for an unknown part. */
export function prune(part: string, folder: string): Promise<{ folder: string }[]>;
