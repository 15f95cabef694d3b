import type { MailSendBody } from './mail-send-body.ts';
import { problem, SendgridError, type SendgridProblem } from './sendgrid-error.ts';

const HELP = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html';
const RECIPIENTS_MAX = 1_000;
const CUSTOM_ARGS_BYTES_MAX = 10_000;
const SCHEDULE_SECONDS_MAX = 72 * 3_600;
/** Headers a sender may not set. */
const RESERVED_HEADERS = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
]);

type Json = Record<string, unknown>;

/**
 * Checks a body of `mail/send` and answers it typed; all problems are reported together, in SendGrid's words.
 * https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors
 * @throws SendgridError with status 400
 */
export function checkMail(body: unknown, now: Date): MailSendBody {
  if (!isObject(body)) throw new SendgridError(400, [problem('Bad Request')]);
  const problems: SendgridProblem[] = [];
  const report = (message: string, field: string | null, anchor = ''): void => {
    problems.push({ message, field, help: field === null ? null : `${HELP}${anchor}` });
  };

  checkPersonalizations(body, report);
  checkSender(body, report);
  checkContent(body, report);
  checkAttachments(body, report);
  checkHeaders(body.headers, 'headers', report);
  checkCustomArguments(body.custom_args, 'custom_args', report);
  checkCategories(body, report);
  checkSchedule(body.send_at, 'send_at', now, report);

  if (problems.length > 0) throw new SendgridError(400, problems);
  return body as unknown as MailSendBody;
}

type Report = (message: string, field: string | null, anchor?: string) => void;

function checkPersonalizations(body: Json, report: Report): void {
  const { personalizations } = body;
  if (!Array.isArray(personalizations) || personalizations.length === 0) {
    report(
      'The personalizations field is required and must have at least one personalization.',
      'personalizations',
      '#-Personalizations-Errors',
    );
    return;
  }
  if (personalizations.length > RECIPIENTS_MAX) {
    report('There is a limit of 1000 personalizations per API request.', 'personalizations');
  }
  let recipients = 0;
  for (const [index, entry] of personalizations.entries()) {
    const path = `personalizations.${index}`;
    if (!isObject(entry) || !Array.isArray(entry.to) || entry.to.length === 0) {
      report(
        'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
        `${path}.to`,
        '#message.personalizations.to',
      );
      continue;
    }
    const seen = new Set<string>();
    for (const kind of ['to', 'cc', 'bcc'] as const) {
      for (const [position, recipient] of list(entry[kind]).entries()) {
        recipients += 1;
        const email = checkEmail(recipient, `${path}.${kind}.${position}`, report);
        if (email && seen.has(email)) {
          report(
            `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [${email}] in the ${path}.${kind} field.`,
            path,
            '#message.recipient-errors',
          );
        }
        if (email) seen.add(email);
      }
    }
    if (!isText(entry.subject) && !isText(body.subject) && !isText(body.template_id)) {
      report(
        'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.',
        'subject',
        '#message.subject',
      );
    }
    checkHeaders(entry.headers, `${path}.headers`, report);
    checkCustomArguments(entry.custom_args, `${path}.custom_args`, report);
  }
  if (recipients > RECIPIENTS_MAX) {
    report('The total number of recipients must be no more than 1000.', 'personalizations');
  }
}

function checkSender(body: Json, report: Report): void {
  if (!isObject(body.from) || !isText(body.from.email)) {
    report(
      'The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or {"email" : "example@example.com", "name" : "Example Recipient"}.',
      'from.email',
      '#message.from',
    );
  } else checkEmail(body.from, 'from', report);
  if (body.reply_to !== undefined && body.reply_to_list !== undefined) {
    report('You must use either reply_to or reply_to_list, not both.', 'reply_to');
  }
  if (body.reply_to !== undefined) checkEmail(body.reply_to, 'reply_to', report);
  for (const [index, address] of list(body.reply_to_list).entries()) {
    checkEmail(address, `reply_to_list.${index}`, report);
  }
}

function checkContent(body: Json, report: Report): void {
  const content = list(body.content);
  if (content.length === 0 && !isText(body.template_id)) {
    report(
      'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.',
      'content',
      '#message.content',
    );
  }
  const types: string[] = [];
  for (const [index, block] of content.entries()) {
    if (!isObject(block) || !isText(block.type)) {
      report('The content type must be a string at least one character in length.', `content.${index}.type`);
      continue;
    }
    types.push(block.type);
    if (!isText(block.value)) {
      report(
        'The content value must be a string at least one character in length.',
        `content.${index}.value`,
        '#message.content.value',
      );
    }
  }
  const plain = types.indexOf('text/plain');
  const html = types.indexOf('text/html');
  if (plain > 0 || (html > 0 && plain !== 0)) {
    report(
      'If present, text/plain must be first, followed by text/html, followed by any other content.',
      'content',
      '#message.content.type',
    );
  }
}

function checkAttachments(body: Json, report: Report): void {
  for (const [index, attachment] of list(body.attachments).entries()) {
    const path = `attachments.${index}`;
    const content = isObject(attachment) ? attachment.content : undefined;
    if (!isText(content) || !/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(content)) {
      report(
        'The attachment content must be base64 encoded.',
        `${path}.content`,
        '#message.attachments.content',
      );
    }
    if (!isObject(attachment) || !isText(attachment.filename)) {
      report(
        'The filename must be a string at least one character in length.',
        `${path}.filename`,
        '#message.attachments.filename',
      );
    }
  }
}

function checkHeaders(headers: unknown, field: string, report: Report): void {
  if (headers === undefined) return;
  if (!isObject(headers)) {
    report('The headers parameter must be an object.', field, '#message.headers');
    return;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (RESERVED_HEADERS.has(name.toLowerCase())) {
      report(`The header ${name} is reserved and cannot be used.`, field, '#message.headers');
    } else if (typeof value !== 'string') {
      report('Header values must be strings.', `${field}.${name}`, '#message.headers');
    }
  }
}

function checkCustomArguments(values: unknown, field: string, report: Report): void {
  if (values === undefined) return;
  if (!isObject(values) || Object.values(values).some((value) => typeof value !== 'string')) {
    report('The custom_args values must be strings.', field, '#message.custom_args');
    return;
  }
  if (Buffer.byteLength(JSON.stringify(values)) >= CUSTOM_ARGS_BYTES_MAX) {
    report('Your custom arguments must be less than 10000 bytes.', field, '#message.custom_args');
  }
}

function checkCategories(body: Json, report: Report): void {
  const categories = list(body.categories);
  if (categories.length > 10) report('There is a limit of 10 categories per request.', 'categories');
  if (categories.some((category) => typeof category !== 'string' || category.length > 255)) {
    report('Each category must be a string of at most 255 characters.', 'categories');
  }
}

function checkSchedule(sendAt: unknown, field: string, now: Date, report: Report): void {
  if (sendAt === undefined) return;
  if (!Number.isInteger(sendAt)) report('The send_at parameter must be an integer.', field);
  else if (Number(sendAt) - now.getTime() / 1_000 > SCHEDULE_SECONDS_MAX) {
    report('Scheduling more than 72 hours in advance is forbidden.', field, '#message.send_at');
  }
}

function checkEmail(value: unknown, field: string, report: Report): string | undefined {
  const email = isObject(value) ? value.email : undefined;
  if (typeof email !== 'string' || !/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(email)) {
    report('Does not contain a valid address.', `${field}.email`, '#message.personalizations.to');
    return undefined;
  }
  return email.toLowerCase();
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
