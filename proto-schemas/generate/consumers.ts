/**
 * Who consumes which event, read from the handlers' declarations:
 * `defineHandler({ name: 'mail-invitation', event: InvitationCreatedSchema, … })`, or `event: 'every'`.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A handler of one event, or of all of them. */
export interface Consumer {
  /** The service it belongs to, such as `mail`; `every service` for a handler that all of them have. */
  readonly service: string;
  /** The handler's name; absent where the declaration does not spell it out. */
  readonly handler?: string;
  /** The event's short name, such as `InvitationCreated`, or `every`. */
  readonly event: string;
}

/** Reads the handlers of all services (and of the gateway) of a repository, sorted by path. */
export function findConsumers(repository: string): Consumer[] {
  const patterns = ['services/*/src/events/**/*.ts', 'gateway/src/events/**/*.ts', 'packages/*/src/on-*.ts'];
  const paths = globSync(patterns, { cwd: repository }).filter((path) => !path.endsWith('.test.ts'));
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .flatMap((path) => {
      const service = serviceOf(path);
      return consumersIn(readFileSync(join(repository, path), 'utf8'), service);
    });
}

/** What the packages handle, they handle for every service. */
function serviceOf(path: string): string {
  const [top, folder = ''] = path.split('/');
  if (top === 'packages') return 'every service';
  return top === 'gateway' ? 'gateway' : folder;
}

/** Reads the handlers declared in one source file. */
export function consumersIn(source: string, service: string): Consumer[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '$1');
  // Each declaration reaches up to the next one, so that a name is never taken from a neighbour.
  return code.split(/(?=\bdefineHandler\s*[(<])/).flatMap((declaration) => {
    const handler = /\bname:\s*['"`]([\w.-]+)['"`]/.exec(declaration)?.[1];
    return [...declaration.matchAll(/\bevent:\s*(?:(\w+)Schema\b|['"`](every)['"`])/g)].map((match) => ({
      service,
      event: match[1] ?? 'every',
      ...(handler ? { handler } : {}),
    }));
  });
}
