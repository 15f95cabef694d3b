import type { FastifyInstance, FastifyReply } from 'fastify';
import { escapeHtml, formPage, PAGE_HEADERS } from '../html.ts';
import {
  type AuthorizationRequest,
  BadAuthorization,
  backTo,
  RefusedAuthorization,
} from './authorization.ts';
import { PEOPLE, type Person, personOf } from './people.ts';

/** How one vendor asks a person. */
export interface ConsentFlow {
  /** As it calls itself on the page. */
  readonly vendorName: string;
  /** @throws BadAuthorization, RefusedAuthorization */
  read(parameters: Readonly<Record<string, string>>): AuthorizationRequest;
  /** The person agreed. @returns what the vendor adds to the redirect address beside the state. */
  allow(request: AuthorizationRequest, person: Person): Readonly<Record<string, string>>;
}

interface PageRoute {
  Querystring: Record<string, string>;
  Body: Record<string, unknown>;
}

/** The page where a person allows an application to act for them, and its two buttons. Works without JavaScript. */
export function registerConsentPage(app: FastifyInstance, path: string, flow: ConsentFlow): void {
  app.get<PageRoute>(path, (request, reply) =>
    answering(reply, () => {
      const asked = flow.read(request.query);
      // Nobody is ever signed in here, so that a request not to ask is refused.
      if (asked.prompt.includes('none')) return sendBack(reply, asked, { error: 'interaction_required' });
      return reply.headers(PAGE_HEADERS).send(pageOf(flow.vendorName, asked, request.url));
    }),
  );
  app.post<PageRoute>(path, (request, reply) =>
    answering(reply, () => {
      const asked = flow.read(request.query);
      const { answer, account, other } = request.body;
      const redirectUrl = consentTo(flow, asked, {
        isAllowed: answer === 'allow',
        email: String(other || account || asked.loginHint),
      });
      if (redirectUrl === undefined) {
        return reply
          .code(400)
          .headers(PAGE_HEADERS)
          .send(pageOf(flow.vendorName, asked, request.url, true));
      }
      return reply.redirect(redirectUrl, 303);
    }),
  );
}

/** What follows from a button. @returns where the person goes; `undefined` when the address is none. */
export function consentTo(
  flow: ConsentFlow,
  asked: AuthorizationRequest,
  answer: { readonly isAllowed: boolean; readonly email: string },
): string | undefined {
  if (!answer.isAllowed) return backTo(asked.redirectUri, asked.state, { error: 'access_denied' });
  const person = personOf(answer.email);
  return person && backTo(asked.redirectUri, asked.state, flow.allow(asked, person));
}

function answering(reply: FastifyReply, work: () => FastifyReply): FastifyReply {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof RefusedAuthorization) return reply.redirect(thrown.redirectUrl, 303);
    if (!(thrown instanceof BadAuthorization)) throw thrown;
    return reply
      .code(400)
      .headers(PAGE_HEADERS)
      .send(formPage({ title: 'Access blocked', body: `<p>${escapeHtml(thrown.message)}</p>` }));
  }
}

function sendBack(
  reply: FastifyReply,
  { redirectUri, state }: AuthorizationRequest,
  answer: Readonly<Record<string, string>>,
): FastifyReply {
  return reply.redirect(backTo(redirectUri, state, answer), 303);
}

function pageOf(vendorName: string, asked: AuthorizationRequest, action: string, isRefused = false): string {
  const hinted = personOf(asked.loginHint);
  const isListed = PEOPLE.some(({ email }) => email === hinted?.email);
  const choices = PEOPLE.map(({ email, name }, index) => {
    const isChosen = isListed ? email === hinted?.email : !hinted && index === 0;
    return `<label><input type="radio" name="account" value="${escapeHtml(email)}"${isChosen ? ' checked' : ''}> ${escapeHtml(`${name}, ${email}`)}</label>`;
  });
  const other = hinted && !isListed ? hinted.email : '';
  const scopes = asked.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`);
  return formPage({
    title: `Sign in with ${vendorName}`,
    body: `<p>Switchboard (application ${escapeHtml(asked.application.name)}) asks to use</p><ul>${scopes.join('')}</ul>
${isRefused ? '<p role="alert">This is not an address.</p>' : ''}
<form method="post" action="${escapeHtml(action)}">
<fieldset><legend>Account</legend>${choices.join('')}
<label>Another address <input type="email" name="other" value="${escapeHtml(other)}"></label></fieldset>
<button name="answer" value="allow">Allow</button><button name="answer" value="deny" formnovalidate>Deny</button>
</form>`,
  });
}
