/** How to build every workspace: turbo, silent as long as all goes well. */
export function buildCommand(): { command: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv };

/** Builds; shows turbo's words only when it fails. Answers whether it succeeded. */
export function build(): boolean;

/** The compilers' own lines of a failed build, without what turbo and npm wrap around them. */
export function buildFailure(output: string): string;
