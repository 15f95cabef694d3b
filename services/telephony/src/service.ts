import { ProviderRegistry } from '@switchboard/providers';
import { connectionAnswers, contactAnswers, defineService } from '@switchboard/service';
import { telephonyConfig } from './config.ts';
import { OptOut } from './domain/opt-out.ts';
import { Sms } from './domain/sms.ts';
import { TwilioSettings } from './domain/twilio-settings.ts';
import { onSignInCodeRequested } from './events/sign-in-code-requested.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { SmsResolver } from './graphql/sms.resolver.ts';
import { telephonySubgraph } from './graphql/subgraph.ts';
import { TwilioSettingsResolver } from './graphql/twilio-settings.resolver.ts';
import { migrations } from './persistence/migrations.ts';
import { telephonyInventory } from './personal-data.ts';
import type { PhoneProvider } from './providers/phone-provider.ts';
import { twilioProvider } from './providers/twilio/twilio.provider.ts';
import { smsOfContact } from './use-cases/contact-resources.ts';
import { DeleteTwilioSettings, forgetCredential } from './use-cases/delete-twilio-settings.ts';
import { deliverSms } from './use-cases/deliver-sms.ts';
import { FindSms } from './use-cases/find-sms.ts';
import { FindTwilioSettings } from './use-cases/find-twilio-settings.ts';
import { SaveTwilioSettings } from './use-cases/save-twilio-settings.ts';
import { sendCode } from './use-cases/send-code.ts';
import { SendSms } from './use-cases/send-sms.ts';
import { VerifyTwilioSettings } from './use-cases/verify-twilio-settings.ts';
import { twilioWebhook } from './webhooks/twilio.ts';

/** The vendors that texts can go through. */
export const PROVIDERS: readonly PhoneProvider[] = [twilioProvider];

/** The telephony service: users' own Twilio accounts, and the texts sent and received through them. */
export const telephony = defineService({
  name: 'telephony',
  config: telephonyConfig,
  entities: [TwilioSettings, Sms, OptOut],
  migrations,
  inventory: telephonyInventory,
  compose({ database, unitOfWork, rpc, lender, logger, publicUrl, runIntent }) {
    const providers = new ProviderRegistry('phone', PROVIDERS);
    const deliver = deliverSms({ database, lender, providers, publicUrl });
    const forget = forgetCredential(rpc);
    const code = sendCode({ rpc, lender, providers, logger });
    const findSms = new FindSms(database);
    const findTwilioSettings = new FindTwilioSettings(database);
    const resolvers = [
      new SmsResolver(new SendSms(unitOfWork, deliver, runIntent), findSms),
      new TwilioSettingsResolver(
        findTwilioSettings,
        new SaveTwilioSettings(unitOfWork, rpc),
        new VerifyTwilioSettings({ unitOfWork, lender, providers, publicUrl }),
        new DeleteTwilioSettings(unitOfWork, forget, runIntent),
      ),
      new ContactPointResolver(findSms),
    ];
    return {
      subgraph: telephonySubgraph(resolvers, { findSms, findTwilioSettings }),
      handlers: [onSignInCodeRequested(code)],
      intents: [deliver, forget, code],
      webhooks: [twilioWebhook],
      answers: [contactAnswers(database, smsOfContact), connectionAnswers(lender, providers)],
    };
  },
});
