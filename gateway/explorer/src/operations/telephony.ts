import { earlier, freshKey, type TourGroup } from './operation.ts';

export const telephony: TourGroup = {
  title: 'Text messages and calls',
  operations: [
    {
      name: 'SaveTwilio',
      title: "Save a Twilio account (the sandbox's)",
      query: `mutation SaveTwilio($input: TwilioSettingsSaveInput!) {
  twilioSettingsSave(input: $input) {
    twilioSettings {
      id
      accountSid
      authTokenLastFour
      phoneNumber
      isActive
      isVerified
      sandbox
    }
    userErrors { code message path }
  }
}`,
      // The published credentials of the vendor sandbox: nothing behind them is real.
      variables: () => ({
        input: {
          accountSid: 'AC00000000000000000000005a4db0c001',
          authToken: '5173321cd569af96c203f7d9a402620a',
          phoneNumber: '+14155550100',
          smsEnabled: true,
          voiceEnabled: true,
          isActive: true,
        },
      }),
    },
    {
      name: 'VerifyTwilio',
      title: 'Ask Twilio whether it is right',
      query: `mutation VerifyTwilio {
  twilioSettingsVerify {
    twilioSettings { id isVerified lastVerifiedAt }
    userErrors { code message path }
  }
}`,
    },
    {
      name: 'SendSms',
      title: 'Send a text message',
      query: `mutation SendSms($input: SmsSendInput!) {
  smsSend(input: $input) {
    sms { id status from to body segments sandbox createdAt }
    replayed
    userErrors { code message path }
  }
}`,
      variables: () => ({
        input: { idempotencyKey: freshKey(), to: '+14155550123', body: 'Your table is ready.' },
      }),
      leaves: { smsId: 'smsSend.sms.id' },
    },
    {
      name: 'SmsStatus',
      title: 'See how it went',
      query: `query SmsStatus($id: ID!) {
  sms(id: $id) { id status errorCode segments updatedAt }
}`,
      variables: (known) => ({ id: earlier(known, 'smsId', 'SendSms') }),
    },
    {
      name: 'StartCall',
      title: 'Call somebody',
      query: `mutation StartCall($input: CallStartInput!) {
  callStart(input: $input) {
    call { id status from to say sandbox createdAt }
    replayed
    userErrors { code message path }
  }
}`,
      variables: () => ({
        input: { idempotencyKey: freshKey(), to: '+14155550123', say: 'Your table is ready.' },
      }),
      leaves: { callId: 'callStart.call.id' },
    },
    {
      name: 'CallStatus',
      title: 'See how the call went',
      query: `query CallStatus($id: ID!) {
  call(id: $id) { id status errorCode answeredAt endedAt durationSeconds }
}`,
      variables: (known) => ({ id: earlier(known, 'callId', 'StartCall') }),
    },
  ],
};
