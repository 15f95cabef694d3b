/** What an image can be made of: the workspace of each part, and how it starts. */
import { allProcesses } from '../processes.mjs';

/** Every part of which there is an image, by name. */
export async function imageParts() {
  const parts = (await allProcesses()).map(({ name, folder, command }) => ({ name, folder, command }));
  const provisioner = {
    name: 'provisioner',
    folder: 'deploy/provisioner',
    command: 'node deploy/provisioner/dist/main.js',
  };
  return new Map([...parts, provisioner].map((part) => [part.name, part]));
}

/** Files beside what was built that a workspace reads when it runs. */
export const EXTRA_FILES = {
  gateway: ['supergraph.graphql', 'explorer/dist'],
};
