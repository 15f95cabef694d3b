import { twilioAccount } from '@switchboard/vendor-sandbox/accounts';
import { twilioProvider } from '../../services/telephony/src/providers/twilio/twilio.provider.ts';
import { holdToContract } from './contract.ts';

holdToContract({
  vendor: 'twilio',
  provider: twilioProvider,
  async play({ provider, call, name }) {
    await provider.sender.send(
      {
        from: twilioAccount.phoneNumber,
        to: '+14155550123',
        body: 'Your table is ready, José 🍝',
        statusCallbackUrl: 'http://127.0.0.1:9/webhooks/twilio/con_contract',
      },
      call('int_send'),
    );
    const [number] = await provider.numbers.list(call('int_list'));
    await provider.numbers.receiveAt(
      name(number?.providerNumberId ?? '', 'number'),
      'http://127.0.0.1:9/webhooks/twilio/con_contract',
      call('int_receive'),
    );
    await provider.checker.check(call('int_check'));
  },
});
