import { ProviderRegistry } from '@switchboard/providers';
import { connectionAnswers, contactAnswers, defineService } from '@switchboard/service';
import { telephonyConfig } from './config.ts';
import { Call } from './domain/call.ts';
import { OptOut } from './domain/opt-out.ts';
import { Sms } from './domain/sms.ts';
import { TwilioSettings } from './domain/twilio-settings.ts';
import { onSignInCodeRequested } from './events/sign-in-code-requested.ts';
import { CallResolver } from './graphql/call.resolver.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { SmsResolver } from './graphql/sms.resolver.ts';
import { telephonySubgraph } from './graphql/subgraph.ts';
import { TwilioSettingsResolver } from './graphql/twilio-settings.resolver.ts';
import { migrations } from './persistence/migrations.ts';
import { telephonyInventory } from './personal-data.ts';
import type { PhoneProvider } from './providers/phone-provider.ts';
import { twilioProvider } from './providers/twilio/twilio.provider.ts';
import { resourcesOfContact } from './use-cases/contact-resources.ts';
import { DeleteTwilioSettings, forgetCredential } from './use-cases/delete-twilio-settings.ts';
import { deliverSms } from './use-cases/deliver-sms.ts';
import { EndCall } from './use-cases/end-call.ts';
import { FindCalls } from './use-cases/find-calls.ts';
import { FindSms } from './use-cases/find-sms.ts';
import { FindTwilioSettings } from './use-cases/find-twilio-settings.ts';
import { hangUp } from './use-cases/hang-up.ts';
import { placeCall } from './use-cases/place-call.ts';
import { SaveTwilioSettings } from './use-cases/save-twilio-settings.ts';
import { sendCode } from './use-cases/send-code.ts';
import { SendSms } from './use-cases/send-sms.ts';
import { StartCall } from './use-cases/start-call.ts';
import { VerifyTwilioSettings } from './use-cases/verify-twilio-settings.ts';
import { twilioWebhook } from './webhooks/twilio.ts';

/** The vendors that texts and calls can go through. */
export const PROVIDERS: readonly PhoneProvider[] = [twilioProvider];

/** The telephony service: users' own Twilio accounts, and the texts and calls that go through them. */
export const telephony = defineService({
  name: 'telephony',
  config: telephonyConfig,
  entities: [TwilioSettings, Sms, Call, OptOut],
  migrations,
  inventory: telephonyInventory,
  compose({ database, unitOfWork, rpc, lender, logger, publicUrl, runIntent }) {
    const providers = new ProviderRegistry('phone', PROVIDERS);
    const deliver = deliverSms({ database, lender, providers, publicUrl });
    const place = placeCall({ database, lender, providers, publicUrl });
    const end = hangUp({ database, lender, providers, publicUrl });
    const forget = forgetCredential(rpc);
    const code = sendCode({ rpc, lender, providers, logger });
    const findSms = new FindSms(database);
    const findCalls = new FindCalls(database);
    const findTwilioSettings = new FindTwilioSettings(database);
    const resolvers = [
      new SmsResolver(new SendSms(unitOfWork, deliver, runIntent), findSms),
      new CallResolver(
        new StartCall(unitOfWork, place, runIntent),
        new EndCall(unitOfWork, end, runIntent),
        findCalls,
      ),
      new TwilioSettingsResolver(
        findTwilioSettings,
        new SaveTwilioSettings(unitOfWork, rpc),
        new VerifyTwilioSettings({ unitOfWork, lender, providers, publicUrl }),
        new DeleteTwilioSettings(unitOfWork, forget, runIntent),
      ),
      new ContactPointResolver(findSms, findCalls),
    ];
    return {
      subgraph: telephonySubgraph(resolvers, { findSms, findCalls, findTwilioSettings }),
      handlers: [onSignInCodeRequested(code)],
      intents: [deliver, place, end, forget, code],
      webhooks: [twilioWebhook(database)],
      answers: [contactAnswers(database, resourcesOfContact), connectionAnswers(lender, providers)],
    };
  },
});
