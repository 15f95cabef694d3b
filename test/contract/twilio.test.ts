import { twilioAccount } from '@switchboard/vendor-sandbox/accounts';
import { twilioProvider } from '../../services/telephony/src/providers/twilio/twilio.provider.ts';
import { holdToContract } from './contract.ts';

const callbackUrl = 'http://127.0.0.1:9/webhooks/twilio/con_contract';
const conversation = {
  from: twilioAccount.phoneNumber,
  to: '+14155550123',
  statusUrl: `${callbackUrl}?on=call-status&call=cll_contract`,
  recordingUrl: `${callbackUrl}?on=recording&call=cll_contract`,
};

holdToContract({
  vendor: 'twilio',
  provider: twilioProvider,
  async play({ provider, call, name, simulate }) {
    await provider.sender.send(
      {
        from: twilioAccount.phoneNumber,
        to: '+14155550123',
        body: 'Your table is ready, José 🍝',
        statusCallbackUrl: callbackUrl,
      },
      call('int_send'),
    );
    const [number] = await provider.numbers.list(call('int_list'));
    await provider.numbers.receiveAt(
      name(number?.providerNumberId ?? '', 'number'),
      { textsUrl: callbackUrl },
      call('int_receive'),
    );
    await provider.numbers.receiveAt(
      number?.providerNumberId ?? '',
      {
        textsUrl: callbackUrl,
        calls: {
          incomingUrl: `${callbackUrl}?on=incoming-call`,
          statusUrl: `${callbackUrl}?on=call-status`,
        },
      },
      call('int_receive_calls'),
    );
    // Goes on until it is ended.
    await simulate('call-outcome', { to: conversation.to, outcome: 'in-progress' });
    const placed = await provider.caller.place(
      {
        ...conversation,
        instructions: { kind: 'say', text: 'Your table is ready, José & family <3', language: 'en-GB' },
        isRecorded: true,
      },
      call('int_place'),
    );
    await provider.caller.end(name(placed.providerCallId, 'call'), call('int_end'));
    await provider.caller.place(
      {
        ...conversation,
        instructions: { kind: 'connect', to: '+14155550124' },
        isRecorded: false,
      },
      call('int_connect'),
    );
    await provider.checker.check(call('int_check'));
  },
});
