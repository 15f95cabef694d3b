import { createHmac, randomBytes } from 'node:crypto';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { withCpuCost } from './cpu-cost.ts';
import { atRate, type Send } from './load-loop.ts';
import type { Bench, Measurement } from './measure.ts';

/** Reports a text as delivered, as Twilio would; each report is one that was never seen before. */
function report({ api, workspace, smsIds }: Bench): Send {
  let count = 0;
  return async () => {
    const url = new URL(workspace.callbackUrl);
    url.searchParams.set('sms', smsIds[count % smsIds.length] ?? '');
    count += 1;
    const sid = `SM${randomBytes(16).toString('hex')}`;
    const { accountSid, phoneNumber } = sandboxAccounts.twilio;
    const parameters = {
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      From: phoneNumber,
      MessageSid: sid,
      MessageStatus: 'delivered',
      SmsSid: sid,
      SmsStatus: 'delivered',
      To: workspace.customer.phone,
    };
    const { status } = await api.post(
      `${url.pathname}${url.search}`,
      new URLSearchParams(parameters).toString(),
      {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signature(url.href, parameters),
      },
    );
    if (status !== 200) throw new Error(`HTTP ${status}`);
  };
}

/** twilio.com/docs/usage/security#validating-requests; the parameters above are in order already. */
function signature(url: string, parameters: Readonly<Record<string, string>>): string {
  const signed = Object.entries(parameters).reduce((text, [name, value]) => text + name + value, url);
  return createHmac('sha1', sandboxAccounts.twilio.authToken).update(signed).digest('base64');
}

function acknowledgement(perSecond: number): Measurement {
  return {
    title: `Twilio callbacks at ${perSecond}/s`,
    async run(bench) {
      if (bench.smsIds.length === 0) throw new Error('no text was sent that could be reported on');
      const { figures } = bench;
      const before = figures.get('webhook.rate50.perSecond');
      if (perSecond > 50 && typeof before === 'number' && before < 40) {
        return figures.leaveOut(`webhook.rate${perSecond}`, 'not even 40/s were acknowledged before');
      }
      const run = () => atRate(perSecond, bench.seconds, report(bench));
      const result = perSecond === 50 ? await withCpuCost(bench, 'webhook', run) : await run();
      figures.setRun(`webhook.rate${perSecond}`, result);
    },
  };
}

export const webhooks: readonly Measurement[] = [acknowledgement(50), acknowledgement(200)];
