/** Installs the packages of a pruned folder, without what no process reads. @throws Error when npm fails. */
export function install(folder: string): void;

/** Bytes of everything in a folder. */
export function sizeOf(folder: string): number;
