// RFC 5322 section 3.6.4 sets no limit; the first and the newest are what clients thread by.
const REFERENCES_MAX = 20;

/** What a reply has to know of the mail it answers. */
export interface Answered {
  readonly internetMessageId: string;
  readonly references: string | null;
}

/** Our own Message-ID of a mail: its id at the sender's domain. */
export function internetMessageIdOf(messageId: string, from: string): string {
  return `<${messageId}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/**
 * The References header of a reply (RFC 5322 section 3.6.4): the thread so far, then the mail it answers. Empty where neither
 * has an id.
 */
export function referencesOfReply({ internetMessageId, references }: Answered): string {
  // A received mail may have no Message-ID.
  const all = [...(references?.split(' ') ?? []), internetMessageId].filter((id) => id !== '');
  const [first] = all;
  return all.length <= REFERENCES_MAX ? all.join(' ') : [first, ...all.slice(1 - REFERENCES_MAX)].join(' ');
}
