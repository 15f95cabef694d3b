import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../graph/request-context.ts';

const CURRENT = 'application/graphql-response+json';
const LEGACY = 'application/json';

/**
 * The status for a document that is refused before anything of it runs. Clients that ask for `application/json` are older
 * than the newer type, and must not take a proxy's 400 for ours: they are answered 200 (GraphQL over HTTP, 6.4.1). Who
 * asks for nothing in particular is told by the status as well.
 */
export function refusedDocumentStatus(accept: string | undefined): 200 | 400 {
  return accept?.includes(LEGACY) && !accept.includes(CURRENT) && !accept.includes('*/*') ? 200 : 400;
}

/** The same for documents and variables that Apollo Server refuses. */
export function legacyStatus(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ request }) {
      return {
        async willSendResponse({ response }) {
          const { http, body } = response;
          if (body.kind !== 'single' || http.status !== 400) return;
          if (body.singleResult.data !== undefined) return;
          http.status = refusedDocumentStatus(request.http?.headers.get('accept'));
        },
      };
    },
  };
}
