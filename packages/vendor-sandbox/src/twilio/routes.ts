import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type FlatForm, parseFlatForm } from '../forms.ts';
import { attachFaults, attachTraffic } from '../traffic/attach-traffic.ts';
import type { World } from '../world.ts';
import type { Message, OwnedNumber, TwilioAccount } from './account.ts';
import { registerCalls } from './call-routes.ts';
import type { TwilioCalling } from './calling.ts';
import { createMessage, isHttpUrl } from './create-message.ts';
import type { TwilioMessaging } from './messaging.ts';
import { pageOf } from './page.ts';
import { API_PATH, accountResource, messageResource, numberResource } from './resources.ts';
import { faultBody, notFound, TwilioError, twilioErrorBody } from './twilio-error.ts';

/** What the routes need. */
export interface TwilioRoutes {
  readonly world: World;
  readonly messaging: TwilioMessaging;
  readonly calling: TwilioCalling;
  findAccount(sid: string): TwilioAccount | undefined;
}

interface SidParams {
  accountSid: string;
  sid: string;
}

/** Twilio's REST API of 2010-04-01, as far as texts and calls need it. https://www.twilio.com/docs/usage/api */
export function registerTwilio(
  app: FastifyInstance,
  { world, messaging, calling, findAccount }: TwilioRoutes,
): void {
  attachTraffic(app, world, 'twilio', (contentType, body) =>
    contentType.startsWith('application/x-www-form-urlencoded') ? parseFlatForm(body.toString('utf8')) : {},
  );
  attachFaults(app, world, 'twilio', (status) => ({
    headers: status === 401 ? { 'www-authenticate': 'Basic realm="Twilio API"' } : {},
    body: faultBody(status),
  }));
  app.setNotFoundHandler((request) => {
    throw notFound(request.url.replace(/^\/twilio/, '').split('?')[0] ?? '');
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof TwilioError) {
      if (error.status === 401) reply.header('www-authenticate', 'Basic realm="Twilio API"');
      return reply.code(error.status).send(twilioErrorBody(error));
    }
    request.log.error(error);
    return reply.code(500).send(faultBody(500));
  });

  /** The account in the path, for whoever holds its token. https://www.twilio.com/docs/usage/requests-to-twilio */
  const authenticate = (request: FastifyRequest, accountSid: string): TwilioAccount => {
    const credentials = basicCredentials(request.headers.authorization);
    const account = credentials && findAccount(credentials.username);
    if (!account || account.authToken !== credentials.password) {
      throw new TwilioError(401, 20003, 'Authenticate');
    }
    if (account.sid !== accountSid) throw notFound(`${API_PATH}/Accounts/${accountSid}.json`);
    return account;
  };

  /** https://www.twilio.com/docs/iam/api/account#fetch-an-account-resource */
  app.get<{ Params: SidParams }>(`${API_PATH}/Accounts/:sid.json`, (request) =>
    accountResource(authenticate(request, request.params.sid)),
  );

  /** https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#read-multiple-incomingphonenumber-resources */
  app.get<{ Params: SidParams; Querystring: Record<string, string> }>(
    `${API_PATH}/Accounts/:accountSid/IncomingPhoneNumbers.json`,
    (request) => {
      const account = authenticate(request, request.params.accountSid);
      const wanted = request.query.PhoneNumber;
      const numbers = account.numbers.filter((number) => !wanted || number.phoneNumber.includes(wanted));
      const path = `${API_PATH}/Accounts/${account.sid}/IncomingPhoneNumbers.json`;
      return pageOf('incoming_phone_numbers', path, request.query, numbers, (number) =>
        numberResource(account, number),
      );
    },
  );

  /** https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#fetch-an-incomingphonenumber-resource */
  app.get<{ Params: SidParams }>(
    `${API_PATH}/Accounts/:accountSid/IncomingPhoneNumbers/:sid.json`,
    (request) => {
      const account = authenticate(request, request.params.accountSid);
      return numberResource(account, numberOf(account, request.params.sid));
    },
  );

  /** https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource */
  app.post<{ Params: SidParams; Body: FlatForm }>(
    `${API_PATH}/Accounts/:accountSid/IncomingPhoneNumbers/:sid.json`,
    (request) => {
      const account = authenticate(request, request.params.accountSid);
      const number = numberOf(account, request.params.sid);
      updateNumber(number, request.body, world.now());
      return numberResource(account, number);
    },
  );

  /** https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
  app.post<{ Params: SidParams; Body: FlatForm }>(
    `${API_PATH}/Accounts/:accountSid/Messages.json`,
    (request, reply) => {
      const account = authenticate(request, request.params.accountSid);
      const message = createMessage(account, request.body, world.now());
      messaging.accept(account, message);
      return reply.code(201).send(messageResource(account, message));
    },
  );

  /** https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources */
  app.get<{ Params: SidParams; Querystring: Record<string, string> }>(
    `${API_PATH}/Accounts/:accountSid/Messages.json`,
    (request) => {
      const account = authenticate(request, request.params.accountSid);
      const messages = [...account.messages.values()].reverse().filter(messageFilter(request.query));
      const path = `${API_PATH}/Accounts/${account.sid}/Messages.json`;
      return pageOf('messages', path, request.query, messages, (message) =>
        messageResource(account, message),
      );
    },
  );

  /** https://www.twilio.com/docs/messaging/api/message-resource#fetch-a-message-resource */
  app.get<{ Params: SidParams }>(`${API_PATH}/Accounts/:accountSid/Messages/:sid.json`, (request) => {
    const account = authenticate(request, request.params.accountSid);
    const message = account.messages.get(request.params.sid);
    if (!message) throw notFound(`${API_PATH}/Accounts/${account.sid}/Messages/${request.params.sid}.json`);
    return messageResource(account, message);
  });

  registerCalls(app, { world, calling, authenticate });
}

function numberOf(account: TwilioAccount, sid: string): OwnedNumber {
  const number = account.numbers.find((candidate) => candidate.sid === sid);
  if (!number) throw notFound(`${API_PATH}/Accounts/${account.sid}/IncomingPhoneNumbers/${sid}.json`);
  return number;
}

function updateNumber(number: OwnedNumber, form: FlatForm, now: Date): void {
  const urls = {
    SmsUrl: 'smsUrl',
    VoiceUrl: 'voiceUrl',
    StatusCallback: 'statusCallback',
    SmsFallbackUrl: 'smsFallbackUrl',
  } as const;
  for (const parameter of Object.keys(urls) as (keyof typeof urls)[]) {
    const url = form[parameter];
    if (typeof url !== 'string') continue;
    // Empty takes the address away; anything else must be one. https://www.twilio.com/docs/api/errors/21402
    if (url !== '' && !isHttpUrl(url)) {
      throw new TwilioError(400, 21402, `${parameter} is not a valid URL: ${url}`);
    }
    number[urls[parameter]] = url;
  }
  const methods = {
    SmsMethod: 'smsMethod',
    VoiceMethod: 'voiceMethod',
    StatusCallbackMethod: 'statusCallbackMethod',
  } as const;
  for (const parameter of Object.keys(methods) as (keyof typeof methods)[]) {
    const method = form[parameter];
    if (typeof method !== 'string') continue;
    if (method !== 'POST')
      throw new TwilioError(400, 21403, `${parameter}: the sandbox calls back by POST only`);
    number[methods[parameter]] = method;
  }
  if (typeof form.FriendlyName === 'string') number.friendlyName = form.FriendlyName;
  number.updatedAt = now;
}

function messageFilter(query: Record<string, string>): (message: Message) => boolean {
  const day = query.DateSent?.slice(0, 10);
  const notAfter = query['DateSent<'];
  const notBefore = query['DateSent>'];
  return (message) =>
    (!query.To || message.to === query.To) &&
    (!query.From || message.from === query.From) &&
    (!day || message.createdAt.toISOString().startsWith(day)) &&
    (!notAfter || message.createdAt <= endOf(notAfter)) &&
    (!notBefore || message.createdAt >= new Date(notBefore));
}

/** A bare day as an upper bound includes the whole day. */
const endOf = (bound: string): Date => new Date(bound.length === 10 ? `${bound}T23:59:59.999Z` : bound);

function basicCredentials(header: string | undefined): { username: string; password: string } | undefined {
  if (!header?.startsWith('Basic ')) return undefined;
  const [username = '', ...password] = Buffer.from(header.slice(6), 'base64').toString('utf8').split(':');
  return { username, password: password.join(':') };
}
