import { until } from '../house/until.ts';
import type { Step, Walk } from './walk.ts';

/** The last part of a link in the newest mail to an address. */
async function tokenMailedTo({ sandbox }: Walk, address: string, link: string): Promise<string> {
  return until(`a mail with ${link} to ${address}`, async () => {
    const mails = await sandbox.mailsTo(address);
    const found = mails.map(({ text }) => new RegExp(`/${link}/(\\S+)`).exec(text ?? '')?.[1]).find(Boolean);
    return found;
  });
}

export const accountSteps: readonly Step[] = [
  {
    title: 'Sign up with a workspace',
    async run(walk) {
      const { owner } = walk.people;
      const { userSignUp } = await walk.visitor.call<{
        userSignUp: { workspace: { name: string }; session: { accessToken: string } };
      }>(
        `mutation ($input: UserSignUpInput!) {
          userSignUp(input: $input) {
            user { id } workspace { id name } session { accessToken refreshToken expiresAt }
            userErrors { code message } } }`,
        { input: { ...owner, workspaceName: 'Journey Ltd' } },
      );
      walk.owner = walk.visitor.as(userSignUp.session.accessToken);
      return `${owner.email} owns the workspace ${userSignUp.workspace.name}`;
    },
  },
  {
    title: 'Verify the e-mail address by the link in the mail',
    async run(walk) {
      const token = await tokenMailedTo(walk, walk.people.owner.email, 'verify-email');
      await walk.visitor.call(
        `mutation ($input: EmailVerifyInput!) {
          emailVerify(input: $input) { user { id } userErrors { code message } } }`,
        { input: { token } },
      );
      return 'the link worked';
    },
  },
  {
    title: 'Invite a colleague, who accepts',
    async run(walk) {
      const { colleague } = walk.people;
      await walk.owner.call(
        `mutation ($input: InvitationCreateInput!) {
          invitationCreate(input: $input) { invitation { id } userErrors { code message } } }`,
        { input: { email: colleague.email, firstName: 'Carl', role: 'MEMBER' } },
      );
      const token = await tokenMailedTo(walk, colleague.email, 'accept-invitation');
      const { invitationAccept } = await walk.visitor.call<{
        invitationAccept: { session: { accessToken: string } };
      }>(
        `mutation ($input: InvitationAcceptInput!) {
          invitationAccept(input: $input) {
            user { id } workspace { id } session { accessToken } userErrors { code message } } }`,
        { input: { token, name: colleague.name, password: colleague.password } },
      );
      walk.colleague = walk.visitor.as(invitationAccept.session.accessToken);
      const { viewer } = await walk.colleague.call<{ viewer: { role: string; workspace: { name: string } } }>(
        '{ viewer { role workspace { name } } }',
      );
      return `${colleague.email} is ${viewer.role} of ${viewer.workspace.name}`;
    },
  },
];
