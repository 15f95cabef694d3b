import { z } from 'zod';
import { twilioAccount } from '../accounts.ts';
import { ControlError } from '../control/control-error.ts';
import { digitsId, hexId } from '../random-ids.ts';
import {
  type NewAccount,
  PLATFORM_ACCOUNT,
  simulation,
  type Vendor,
  type WebhookRegistration,
} from '../vendor.ts';
import type { World } from '../world.ts';
import { MESSAGE_STATUSES, type Message, TwilioAccount } from './account.ts';
import { CALL_OUTCOMES, CALL_STATUSES, type Call } from './call.ts';
import { TwilioCalling } from './calling.ts';
import { isPhoneNumber } from './create-message.ts';
import { TwilioMessaging } from './messaging.ts';
import { callResource, messageResource } from './resources.ts';
import { registerTwilio } from './routes.ts';

const phoneNumber = z
  .string()
  .refine((text) => isPhoneNumber(text.replace(/^whatsapp:/, '')), 'no E.164 phone number');

/** Twilio: SMS and calls out and in, status callbacks, opt-outs, TwiML. */
export function createTwilio(world: World): Vendor {
  const accounts = new Map<string, TwilioAccount>();
  const messaging = new TwilioMessaging(world);
  const calling = new TwilioCalling(world);

  const seed = (): void => {
    accounts.clear();
    const account = new TwilioAccount({
      ...twilioAccount,
      name: PLATFORM_ACCOUNT,
      sid: twilioAccount.accountSid,
      smsUrl: `${world.publicUrl}/webhooks/twilio/sandbox`,
      createdAt: world.now(),
    });
    accounts.set(account.sid, account);
  };
  seed();

  const findAccount = (nameOrSid: string): TwilioAccount => {
    const found = [...accounts.values()].find(({ name, sid }) => name === nameOrSid || sid === nameOrSid);
    if (!found) throw new ControlError(404, `twilio has no account ${nameOrSid}`);
    return found;
  };

  const findMessage = (messageSid: string): { account: TwilioAccount; message: Message } => {
    for (const account of accounts.values()) {
      const message = account.messages.get(messageSid);
      if (message) return { account, message };
    }
    throw new ControlError(404, `twilio has no message ${messageSid}`);
  };

  const findCall = (callSid: string): { account: TwilioAccount; call: Call } => {
    for (const account of accounts.values()) {
      const call = account.calls.get(callSid);
      if (call) return { account, call };
    }
    throw new ControlError(404, `twilio has no call ${callSid}`);
  };

  /** Whose number it is that somebody outside writes to or calls. */
  const ownerOf = (ownNumber: string): TwilioAccount => {
    const owner = [...accounts.values()].find((account) =>
      account.owned(ownNumber.replace(/^whatsapp:/, '')),
    );
    if (!owner) throw new ControlError(404, `no twilio account owns ${ownNumber}`);
    return owner;
  };

  return {
    name: 'twilio',
    register: (app) =>
      registerTwilio(app, { world, messaging, calling, findAccount: (sid) => accounts.get(sid) }),

    addAccount(): NewAccount {
      const sid = `AC${hexId(32)}`;
      const authToken = hexId(32);
      const phoneNumbers = [`+14152${digitsId(6)}`, `+14153${digitsId(6)}`];
      accounts.set(
        sid,
        new TwilioAccount({ name: sid, sid, authToken, phoneNumbers, smsUrl: '', createdAt: world.now() }),
      );
      return {
        account: sid,
        credentials: { accountSid: sid, authToken, phoneNumber: phoneNumbers[0] ?? '', phoneNumbers },
      };
    },

    async setWebhook(nameOrSid: string, url: string): Promise<WebhookRegistration> {
      const account = findAccount(nameOrSid);
      for (const number of account.numbers) number.smsUrl = url;
      return { account: account.name, url, secret: { authToken: account.authToken } };
    },

    simulations: {
      'incoming-sms': simulation(
        z.strictObject({ from: phoneNumber, to: phoneNumber, body: z.string().max(1_600) }),
        (incoming) => {
          const account = ownerOf(incoming.to);
          return messageResource(account, messaging.receive(account, incoming));
        },
      ),
      status: simulation(
        z.strictObject({
          messageSid: z.string(),
          status: z.enum(MESSAGE_STATUSES),
          errorCode: z.int().positive().optional(),
        }),
        ({ messageSid, status, errorCode }) => {
          const { account, message } = findMessage(messageSid);
          messaging.setStatus(account, message, status, errorCode ?? null);
          return messageResource(account, message);
        },
      ),
      outcome: simulation(
        z.strictObject({
          to: phoneNumber,
          status: z.enum(['sent', 'delivered', 'undelivered', 'failed']),
          errorCode: z.int().positive().optional(),
          account: z.string().default(PLATFORM_ACCOUNT),
        }),
        ({ to, status, errorCode, account }) => {
          findAccount(account).outcomes.set(to, { status, errorCode: errorCode ?? null });
          return { to, status, errorCode: errorCode ?? null };
        },
      ),
      'incoming-call': simulation(z.strictObject({ from: phoneNumber, to: phoneNumber }), (incoming) => {
        const account = ownerOf(incoming.to);
        return callResource(account, calling.receive(account, incoming));
      }),
      'call-status': simulation(
        z.strictObject({ callSid: z.string(), status: z.enum(CALL_STATUSES) }),
        ({ callSid, status }) => {
          const { account, call } = findCall(callSid);
          calling.setStatus(account, call, status);
          return callResource(account, call);
        },
      ),
      'call-outcome': simulation(
        z.strictObject({
          to: phoneNumber,
          outcome: z.enum(CALL_OUTCOMES),
          account: z.string().default(PLATFORM_ACCOUNT),
        }),
        ({ to, outcome, account }) => {
          findAccount(account).callOutcomes.set(to, outcome);
          return { to, outcome };
        },
      ),
    },

    reset: seed,
  };
}
