import { registerEnumType } from 'type-graphql';
import { OWNER_KINDS } from '../domain/connection.ts';
import { PURPOSES } from '../domain/consent-vendors.ts';
import { DATA_REQUEST_KINDS, DATA_REQUEST_SCOPES, DATA_REQUEST_STATES } from '../domain/data-request.ts';
import { CONNECTION_STATES } from '../domain/health.ts';
import { SIGN_IN_PROVIDERS } from '../domain/identity.ts';
import { INVITATION_STATUSES } from '../domain/invitation.ts';
import { CHANNELS } from '../domain/preferences.ts';
import { ROLES } from '../domain/role.ts';
import { FACTOR_METHODS, SECOND_FACTORS } from '../domain/second-factor.ts';
import { VENDORS } from '../domain/vendors.ts';
import { SECRET_ENCODINGS } from '../use-cases/vault/reveal-imported.ts';

function enumOf<T extends string>(names: readonly T[]): { readonly [N in T]: N } {
  return Object.fromEntries(names.map((name) => [name, name])) as { readonly [N in T]: N };
}

export const RoleEnum = enumOf(ROLES);
registerEnumType(RoleEnum, { name: 'Role', description: 'What a member of a workspace may do.' });

export const InvitationStatusEnum = enumOf(INVITATION_STATUSES);
registerEnumType(InvitationStatusEnum, {
  name: 'InvitationStatus',
  description: 'Where an invitation stands.',
});

export const ApiKeyModeEnum = enumOf(['LIVE', 'TEST']);
registerEnumType(ApiKeyModeEnum, {
  name: 'ApiKeyMode',
  description: 'Whether a key works on real vendor accounts or on the sandbox only.',
});

export const VendorEnum = enumOf(VENDORS);
registerEnumType(VendorEnum, { name: 'ConnectionVendor', description: 'A vendor that can be connected.' });

export const ConnectionOwnerEnum = enumOf(OWNER_KINDS);
registerEnumType(ConnectionOwnerEnum, {
  name: 'ConnectionOwner',
  description: 'Whom a connection belongs to. The narrowest one is used.',
  valuesConfig: {
    PLATFORM: { description: 'The whole installation: lent to every workspace that has none of its own.' },
  },
});

export const ConnectionPurposeEnum = enumOf(PURPOSES);
registerEnumType(ConnectionPurposeEnum, {
  name: 'ConnectionPurpose',
  description: 'What a person allows at a vendor. The least that it needs is asked for.',
  valuesConfig: {
    MAIL: { description: 'Read, sort and send mail.' },
    MAIL_SEND: { description: 'Send mail, and read nothing.' },
    CALENDAR: { description: 'Events of the calendar, and when people are busy.' },
    MEETINGS: { description: 'Video meetings.' },
  },
});

export const ConnectionStateEnum = enumOf(CONNECTION_STATES);
registerEnumType(ConnectionStateEnum, {
  name: 'ConnectionState',
  description: 'Whether a connection works.',
  valuesConfig: {
    CONNECTED: { description: 'The credential is valid.' },
    DISCONNECTED: {
      description: 'Nobody has connected it yet, or the vendor no longer accepts the credential: connect.',
    },
    NOT_CONFIGURED: {
      description: 'There is no credential, and no application at the vendor to ask a person with.',
    },
    ERROR: { description: 'The vendor answers with errors.' },
  },
});

export const SignInProviderEnum = enumOf(SIGN_IN_PROVIDERS);
registerEnumType(SignInProviderEnum, { name: 'SignInProvider', description: 'Who can vouch for a person.' });

export const SecondFactorEnum = enumOf(SECOND_FACTORS);
registerEnumType(SecondFactorEnum, {
  name: 'SecondFactor',
  description: 'What a user shows besides the password.',
});

export const FactorMethodEnum = enumOf(FACTOR_METHODS);
registerEnumType(FactorMethodEnum, { name: 'FactorMethod', description: 'The ways to answer a challenge.' });

export const SecretEncodingEnum = enumOf(SECRET_ENCODINGS);
registerEnumType(SecretEncodingEnum, {
  name: 'SecretEncoding',
  description: 'How a secret that is handed in is written.',
  valuesConfig: {
    PLAIN: { description: 'As it is.' },
    FERNET: { description: 'As an earlier product stored it, under a key in AUTH_FERNET_KEYS.' },
  },
});

export const ChannelEnum = enumOf(CHANNELS);
registerEnumType(ChannelEnum, {
  name: 'NotificationChannel',
  description: 'A way you may be told something.',
});

export const DataRequestKindEnum = enumOf(DATA_REQUEST_KINDS);
registerEnumType(DataRequestKindEnum, {
  name: 'DataRequestKind',
  description: 'What is asked of the data that is kept.',
  valuesConfig: { EXPORT: { description: 'A copy.' }, ERASURE: { description: 'Its end.' } },
});

export const DataRequestScopeEnum = enumOf(DATA_REQUEST_SCOPES);
registerEnumType(DataRequestScopeEnum, { name: 'DataRequestScope', description: 'Whose data it is.' });

export const DataRequestStateEnum = enumOf(DATA_REQUEST_STATES);
registerEnumType(DataRequestStateEnum, {
  name: 'DataRequestState',
  description: 'Where a request stands.',
  valuesConfig: {
    SCHEDULED: { description: 'It can be cancelled.' },
    RUNNING: { description: 'It is being carried out.' },
    DONE: { description: 'The copy can be fetched, or nothing is left.' },
    CANCELLED: { description: 'It was taken back in time.' },
    EXPIRED: { description: 'The copy was thrown away.' },
  },
});
