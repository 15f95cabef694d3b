import { copyReady, erasureScheduled } from './data-request.ts';
import { invitation } from './invitation.ts';
import { meetingCancellation, meetingInvitation, meetingUpdate } from './meeting.ts';
import { passwordReset } from './password-reset.ts';
import type { MailTemplate } from './template.ts';
import { verification } from './verification.ts';

/** Every built-in template in every version: a mail in hand keeps the version it was recorded with. */
export const TEMPLATES: readonly MailTemplate[] = [
  verification,
  passwordReset,
  invitation,
  meetingInvitation,
  meetingUpdate,
  meetingCancellation,
  erasureScheduled,
  copyReady,
];

/** The newest version of each template. */
export function currentTemplates(): readonly MailTemplate[] {
  const newest = new Map<string, MailTemplate>();
  for (const template of TEMPLATES) {
    const known = newest.get(template.key);
    if (!known || known.version < template.version) newest.set(template.key, template);
  }
  return [...newest.values()];
}

/** The versions of one template, newest first. */
export function versionsOf(key: string): readonly number[] {
  return TEMPLATES.filter((template) => template.key === key)
    .map(({ version }) => version)
    .sort((a, b) => b - a);
}

/** @param version the newest by default. @throws Error for one that was never built in: a defect. */
export function templateNamed(key: string, version = versionsOf(key)[0]): MailTemplate {
  const found = TEMPLATES.find((template) => template.key === key && template.version === version);
  if (!found) throw new Error(`no template ${key} in version ${version}`);
  return found;
}
