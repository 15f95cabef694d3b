import { type Intent, planIntent } from '@switchboard/intents';
import { defineHandler, type Handler } from '@switchboard/messaging';
import { SignInCodeRequestedSchema } from '@switchboard/proto-schemas';
import type { SendCodePayload } from '../use-cases/send-code.ts';

/** Texts the code of a sign-in. */
export function onSignInCodeRequested(send: Intent<SendCodePayload, undefined>): Handler {
  return defineHandler({
    name: 'text-sign-in-code',
    event: SignInCodeRequestedSchema,
    async handle(event, tx) {
      const { challengeId } = event.payload;
      await planIntent(tx, send, { challengeId }, { workspaceId: event.workspaceId, causedBy: event.id });
    },
  });
}
