/** Writes the catalogue of events and internal requests as Markdown. */
import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';
import type { Consumer } from './consumers.ts';
import type { Contract } from './contracts.ts';
import { enumSection, fieldTable } from './describe.ts';

const introduction = `<!-- GENERATED — do not edit. Written by \`npm run generate\` from the proto files and the services' handlers. -->

# Events and internal requests

How to receive events is in [README.md](README.md). \`<workspaceId>\` in a subject is the workspace the event belongs to, or \`platform\` where there is none.
Consumers are the handlers the services declare; the gateway also follows all events to feed live subscriptions.
`;

/** Contracts that several services answer, each under its own name. */
const shared = new Map([
  ['ops', 'every service'],
  ['contacts', 'every service that knows addresses'],
]);

/**
 * Returns the catalogue's text.
 *
 * @throws Error when a handler consumes an event that does not exist, or a method does not say who asks.
 */
export function catalogue(contracts: readonly Contract[], consumers: readonly Consumer[]): string {
  const events = contracts.filter(({ kind }) => kind === 'evt');
  const requests = contracts.filter(({ kind }) => kind === 'rpc');
  refuseUnknownEvents(events, consumers);
  return [
    introduction,
    tableOfContents(events),
    ...events.map((contract) => eventChapter(contract, consumers)),
    ...requests.map(requestChapter),
  ].join('\n');
}

function tableOfContents(events: readonly Contract[]): string {
  const rows = events.map(({ owner, messages }) => {
    const links = messages.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(', ');
    return `| [${owner}](#events-of-${owner}) | ${links} |\n`;
  });
  return `| Publisher | Events |\n|---|---|\n${rows.join('')}`;
}

function eventChapter({ owner, messages, enums }: Contract, consumers: readonly Consumer[]): string {
  const sections = messages.map((message) => eventSection(owner, message, consumers));
  return [`## Events of ${owner}\n`, ...sections, ...enums.map(enumSection)].join('\n');
}

function eventSection(owner: string, event: DescMessage, consumers: readonly Consumer[]): string {
  const readers = consumers
    .filter(({ event: name }) => name === event.name || name === 'every')
    .map(({ service, handler }) => (handler ? `${service} (\`${handler}\`)` : service));
  return `### ${event.name}

${commentOf(event)}

- Subject: \`${event.typeName}.<workspaceId>\`
- Publisher: ${owner}
- Consumers: ${[...new Set(readers)].join(', ') || 'none yet'}

${fieldTable(event)}`;
}

function requestChapter({ owner, services, messages, enums }: Contract): string {
  const methods = services.flatMap((service) => service.methods);
  const ends = new Set(methods.flatMap(({ input, output }) => [input, output]));
  const parts = messages.filter((message) => !ends.has(message)).map(partSection);
  return [
    `## Requests to ${shared.get(owner) ?? owner}\n`,
    ...services.map((service) => `${commentOf(service)}\n`),
    ...methods.map((method) => requestSection(owner, method)),
    ...parts,
    ...enums.map(enumSection),
  ].join('\n');
}

function requestSection(owner: string, method: DescMethod): string {
  const [meaning, askers] = commentOf(method).split(/\s*Asked by: /);
  if (!askers)
    throw new Error(`${method.parent.typeName}.${method.name} needs a line "Asked by: <service>."`);
  const answerer = shared.has(owner) ? '<service>' : owner;
  return `### ${method.name}

${meaning}

- Subject: \`rpc.${answerer}.${method.localName}.<asker>\`
- Asked by: ${askers.replace(/\.$/, '')}

Request: ${lowerFirst(commentOf(method.input))}

${fieldTable(method.input)}
Answer: ${lowerFirst(commentOf(method.output))}

${fieldTable(method.output)}`;
}

function partSection(message: DescMessage): string {
  return `### ${message.name}\n\n${commentOf(message)}\n\n${fieldTable(message)}`;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function refuseUnknownEvents(events: readonly Contract[], consumers: readonly Consumer[]): void {
  const known = new Set(events.flatMap(({ messages }) => messages.map(({ name }) => name)));
  for (const { service, handler, event } of consumers) {
    if (event !== 'every' && !known.has(event)) {
      throw new Error(`${service}'s handler ${handler ?? ''} consumes ${event}, which nobody publishes.`);
    }
  }
}
