import { AppError, invalidInput } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { isEventType, type StreamedEvent } from './streamed-event.ts';

/** The audit trail holds every event, so whoever may read it may see them all. */
const SEES_ALL = 'audit:read';
/** Keys, members and connections are the administrators' business. */
const SCOPE_OF_AUTH = 'workspace:admin';
const TYPES_MAX = 100;

/** Whether a caller's scopes let it know of a service's events. */
function maySee(service: string, { scopes }: WorkspaceActor): boolean {
  const scope = service === 'auth' ? SCOPE_OF_AUTH : `${service}:read`;
  return scopes.includes(SEES_ALL) || scopes.includes(scope);
}

/** Whether a caller may know of an event: test callers know the sandbox only. */
export function isVisible(event: StreamedEvent, actor: WorkspaceActor): boolean {
  return isInMode(event, actor) && maySee(event.service, actor);
}

export function isInMode(event: StreamedEvent, { mode }: WorkspaceActor): boolean {
  return mode === 'live' || event.sandbox === true;
}

/**
 * Reads the argument `types` of `events`.
 * @returns full names of events; undefined for all.
 * @throws AppError INVALID_INPUT for a name that no event has; FORBIDDEN when the caller may see none of a named kind.
 */
export function wantedTypes(types: unknown, actor: WorkspaceActor): ReadonlySet<string> | undefined {
  if (!Array.isArray(types)) return undefined;
  if (types.length === 0 || types.length > TYPES_MAX) {
    throw invalidInput(`Argument "types" holds 1 to ${TYPES_MAX} names.`, { argument: 'types' });
  }
  for (const name of types.map(String)) {
    if (!isEventType(name)) {
      throw invalidInput('Argument "types" holds a name that no event has.', { argument: 'types' });
    }
    const service = name.split('.')[1] ?? '';
    if (!maySee(service, actor)) {
      throw new AppError('FORBIDDEN', `No scope for events of ${service}`, {
        publicMessage: `Events of ${service} need the scope ${service === 'auth' ? SCOPE_OF_AUTH : `${service}:read`}.`,
      });
    }
  }
  return new Set(types.map(String));
}
