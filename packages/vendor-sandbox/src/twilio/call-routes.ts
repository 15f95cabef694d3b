import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { FlatForm } from '../forms.ts';
import type { World } from '../world.ts';
import type { TwilioAccount } from './account.ts';
import type { Call } from './call.ts';
import type { TwilioCalling } from './calling.ts';
import { createCall } from './create-call.ts';
import { text } from './create-message.ts';
import { pageOf } from './page.ts';
import { API_PATH, callResource } from './resources.ts';
import { notFound, TwilioError } from './twilio-error.ts';

/** What the routes of calls need. */
export interface CallRoutes {
  readonly world: World;
  readonly calling: TwilioCalling;
  /** The account in the path. @throws TwilioError for whoever does not hold its token. */
  authenticate(request: FastifyRequest, accountSid: string): TwilioAccount;
}

interface SidParams {
  accountSid: string;
  sid: string;
}

/** Calls: create, list, fetch, end. https://www.twilio.com/docs/voice/api/call-resource */
export function registerCalls(app: FastifyInstance, { world, calling, authenticate }: CallRoutes): void {
  /** https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource */
  app.post<{ Params: SidParams; Body: FlatForm }>(
    `${API_PATH}/Accounts/:accountSid/Calls.json`,
    (request, reply) => {
      const account = authenticate(request, request.params.accountSid);
      const call = createCall(account, request.body, world.now());
      calling.place(account, call);
      return reply.code(201).send(callResource(account, call));
    },
  );

  /** https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources */
  app.get<{ Params: SidParams; Querystring: Record<string, string> }>(
    `${API_PATH}/Accounts/:accountSid/Calls.json`,
    (request) => {
      const account = authenticate(request, request.params.accountSid);
      const { To, From, Status } = request.query;
      const calls = [...account.calls.values()]
        .reverse()
        .filter(
          (call) =>
            (!To || call.to === To) &&
            (!From || call.from === From) &&
            (!Status || callResource(account, call).status === Status),
        );
      const path = `${API_PATH}/Accounts/${account.sid}/Calls.json`;
      return pageOf('calls', path, request.query, calls, (call) => callResource(account, call));
    },
  );

  /** https://www.twilio.com/docs/voice/api/call-resource#fetch-a-call-resource */
  app.get<{ Params: SidParams }>(`${API_PATH}/Accounts/:accountSid/Calls/:sid.json`, (request) => {
    const account = authenticate(request, request.params.accountSid);
    return callResource(account, callOf(account, request.params.sid));
  });

  /** https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource */
  app.post<{ Params: SidParams; Body: FlatForm }>(
    `${API_PATH}/Accounts/:accountSid/Calls/:sid.json`,
    (request) => {
      const account = authenticate(request, request.params.accountSid);
      const call = callOf(account, request.params.sid);
      const status = text(request.body, 'Status');
      if (status !== 'completed' && status !== 'canceled') {
        throw new TwilioError(400, 20001, 'The sandbox only ends calls: Status is completed or canceled');
      }
      calling.end(account, call, status);
      return callResource(account, call);
    },
  );
}

function callOf(account: TwilioAccount, sid: string): Call {
  const call = account.calls.get(sid);
  if (!call) throw notFound(`${API_PATH}/Accounts/${account.sid}/Calls/${sid}.json`);
  return call;
}
