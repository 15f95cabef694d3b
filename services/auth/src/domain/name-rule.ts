import { refusal } from './refusal.ts';

/** @throws AppError REJECTED with `NAME_REQUIRED` for a name that shows nothing. */
export function requireName(name: string, path: string): void {
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(name)) throw refusal('NAME_REQUIRED', 'Give a name.', path);
}
