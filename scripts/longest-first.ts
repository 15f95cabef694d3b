import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What starts whole installations or many processes, the slowest first. */
const SLOW = ['/test/journey/', '/test/faults/', '/scripts/', '/deploy/'];

/**
 * The order of test files. The slowest come first, so that no worker is left with one of them when the others are done:
 * Vitest goes by projects and the size of files, which says little about installations.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = SLOW.findIndex((folder) => moduleId.includes(folder));
  return rank < 0 ? SLOW.length : rank;
}
