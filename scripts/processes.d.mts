import type { ConfigShape } from '@switchboard/config';

/** A process and what it reads. */
export interface Process {
  /** Name of the part, or of the part and its command. */
  readonly name: string;
  /** Folder of its workspace, relative to the root. */
  readonly folder: string;
  /** From the root folder. */
  readonly command: string;
  readonly shape: ConfigShape;
}

/** Names of the services. */
export const SERVICES: readonly string[];

/** What runs for as long as the installation does. */
export function allProcesses(): Promise<Process[]>;

/** What runs once for each deployment and ends. */
export function allCommands(): Promise<Process[]>;
