import { SIGN_UP } from '../demo-account.ts';
import { earlier, type TourGroup } from './operation.ts';

export const account: TourGroup = {
  title: 'Account',
  operations: [
    {
      name: 'SignUp',
      title: 'Sign up: user, workspace, session',
      query: SIGN_UP,
      variables: () => ({
        input: {
          name: 'Ana Petrova',
          email: `ana.${crypto.randomUUID().slice(0, 8)}@example.com`,
          password: 'correct horse battery',
          workspaceName: "Ana's workspace",
        },
      }),
    },
    {
      name: 'VerifyEmail',
      title: 'Follow the link in the welcome mail',
      query: `mutation VerifyEmail($input: EmailVerifyInput!) {
  emailVerify(input: $input) {
    user { id email isEmailVerified }
    userErrors { code message path }
  }
}`,
      variables: (known) => ({
        input: { token: known.verifyToken ?? '<the last part of the link in the mail>' },
      }),
    },
    {
      name: 'SignIn',
      title: 'Sign in again',
      query: `mutation SignIn($input: SessionCreateInput!) {
  sessionCreate(input: $input) {
    user { id name }
    workspace { id name }
    session { accessToken refreshToken expiresAt }
    userErrors { code message path }
  }
}`,
      variables: (known) => ({
        input: {
          email: known.email ?? '<the e-mail you signed up with>',
          password: known.password ?? '<the password>',
        },
      }),
    },
    {
      name: 'WhoAmI',
      title: 'Who am I, and what may I do',
      query: `query WhoAmI {
  viewer {
    user { id name email isEmailVerified }
    workspace { id name }
    role
    scopes
  }
}`,
    },
    {
      name: 'Integrations',
      title: 'How each vendor fares',
      query: `query Integrations {
  integrations {
    vendor
    state
    sandbox
    since
    lastSuccessAt
    lastError { code message }
  }
}`,
    },
    {
      name: 'MakeTestKey',
      title: 'An API key for the sandbox',
      query: `mutation MakeTestKey($input: ApiKeyCreateInput!) {
  apiKeyCreate(input: $input) {
    apiKey { id name mode scopes }
    secret
    userErrors { code message path }
  }
}`,
      variables: () => ({
        input: { name: 'Explorer', mode: 'TEST', scopes: ['telephony:read', 'telephony:send'] },
      }),
    },
    {
      name: 'Invite',
      title: 'Invite a colleague',
      query: `mutation Invite($input: InvitationCreateInput!) {
  invitationCreate(input: $input) {
    invitation { id email role status expiresAt }
    userErrors { code message path }
  }
}`,
      variables: () => ({ input: { email: 'bora@example.com', firstName: 'Bora', role: 'MEMBER' } }),
    },
    {
      name: 'AcceptInvitation',
      title: 'Follow the link of an invitation',
      query: `mutation AcceptInvitation($input: InvitationAcceptInput!) {
  invitationAccept(input: $input) {
    user { id name }
    workspace { id name }
    session { accessToken refreshToken expiresAt }
    userErrors { code message path }
  }
}`,
      variables: (known) => ({
        input: {
          token: known.invitationToken ?? '<the last part of the link in the mail>',
          name: 'Bora Aydin',
          password: 'another good password',
        },
      }),
    },
    {
      name: 'ResetPassword',
      title: 'Follow the link to a new password',
      query: `mutation ResetPassword($input: PasswordResetInput!) {
  passwordReset(input: $input) {
    user { id email }
    userErrors { code message path }
  }
}`,
      variables: (known) => ({
        input: {
          token: known.resetToken ?? '<the last part of the link in the mail>',
          password: 'a brand new password',
        },
      }),
    },
    {
      name: 'ExportMyData',
      title: 'A copy of my own data',
      query: `mutation ExportMyData($input: UserExportInput!) {
  userExport(input: $input) {
    dataRequest { id kind scope state }
    userErrors { code message path }
  }
}`,
      variables: (known) => ({ input: { password: known.password ?? '<the password>' } }),
      leaves: { dataRequestId: 'userExport.dataRequest.id' },
    },
    {
      name: 'DataRequest',
      title: 'Where it stands, and where the copy is fetched',
      query: `query DataRequest($id: ID!) {
  node(id: $id) {
    ... on DataRequest { id kind scope state dueAt completedAt expiresAt downloadUrl }
  }
}`,
      variables: (known) => ({ id: earlier(known, 'dataRequestId', 'ExportMyData') }),
    },
  ],
};
