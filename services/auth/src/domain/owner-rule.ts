import { refusal } from './refusal.ts';

/** A workspace has exactly one owner: nobody becomes it, or stops being it, but by a transfer. */
export function ownerMustTransfer(path: string): ReturnType<typeof refusal> {
  return refusal('OWNER_MUST_TRANSFER', 'A workspace has one owner. Transfer the workspace first.', path);
}
