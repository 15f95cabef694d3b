import { Loop } from '@switchboard/messaging';
import { signingKeysOf } from '../config.ts';
import { CONSENT_VENDORS } from '../domain/consent-vendors.ts';
import { ConnectionResolver } from '../graphql/connection.resolver.ts';
import { ConsentResolver } from '../graphql/consent.resolver.ts';
import { addVendorCallback } from '../http/vendor-callback.ts';
import { CheckConnections } from '../use-cases/connections/check-connections.ts';
import { CreateConnection } from '../use-cases/connections/create-connection.ts';
import { DeleteConnection } from '../use-cases/connections/delete-connection.ts';
import { DeleteCredential } from '../use-cases/connections/delete-credential.ts';
import { ListConnections } from '../use-cases/connections/list-connections.ts';
import { ListVendorConnections } from '../use-cases/connections/list-vendor-connections.ts';
import { ReachConnections } from '../use-cases/connections/reach-connections.ts';
import { ReadIntegrations } from '../use-cases/connections/read-integrations.ts';
import { StoreCredential } from '../use-cases/connections/store-credential.ts';
import { UpdateConnection } from '../use-cases/connections/update-connection.ts';
import { AnswerConsent } from '../use-cases/grants/answer-consent.ts';
import { DecideOwner } from '../use-cases/grants/decide-owner.ts';
import { FinishConsent } from '../use-cases/grants/finish-consent.ts';
import { ImportGrant } from '../use-cases/grants/import-grant.ts';
import { KeepGrantsFresh } from '../use-cases/grants/keep-grants-fresh.ts';
import { RefreshGrant } from '../use-cases/grants/refresh-grant.ts';
import { SaveGrant } from '../use-cases/grants/save-grant.ts';
import { StartConsent } from '../use-cases/grants/start-consent.ts';
import { LendCredential } from '../use-cases/lending/lend-credential.ts';
import { ReportConnectionUse } from '../use-cases/lending/report-connection-use.ts';
import { RevealImported } from '../use-cases/vault/reveal-imported.ts';
import type { SharedParts } from './shared-parts.ts';
import type { Theme } from './theme.ts';

/** Vendors' accounts, by form and by consent, and what services are lent of them. */
export function assembleConnections(
  shared: SharedParts,
  { tokenCareMs, checksMs }: { readonly tokenCareMs: number; readonly checksMs: number },
): Theme<
  'connections',
  'lendCredential' | 'storeCredential' | 'deleteCredential' | 'listVendorConnections' | 'reportConnectionUse'
> {
  const { config, database, unitOfWork, installation, sealSecrets, saveConnection, now } = shared;
  const { consentProvider, superAdmins, addresses, gatewayUrl, rpc, logger } = shared;
  const saveGrant = new SaveGrant(saveConnection, sealSecrets);
  const refreshGrant = new RefreshGrant(
    unitOfWork,
    installation,
    consentProvider,
    sealSecrets,
    saveConnection,
    saveGrant,
    now,
  );
  const reach = new ReachConnections(database, superAdmins);
  const connections = new ListConnections(database, reach);
  const decideOwner = new DecideOwner(superAdmins);
  const consentKeys = signingKeysOf(config, 'consent');
  const answerConsent = new AnswerConsent(database, now);

  const keepGrantsFresh = new KeepGrantsFresh(database, refreshGrant, now);
  const checkConnections = new CheckConnections(unitOfWork, installation, saveConnection, rpc, logger, now);
  const loops = [
    new Loop('token care', () => keepGrantsFresh.execute(), { idleMs: tokenCareMs, logger }),
    new Loop('connection checks', () => checkConnections.execute(), { idleMs: checksMs, logger }),
  ];
  for (const loop of loops) loop.start();

  return {
    resolvers: [
      new ConnectionResolver(
        new CreateConnection(unitOfWork, saveConnection, now),
        new UpdateConnection(unitOfWork, saveConnection, reach, now),
        new ImportGrant(unitOfWork, decideOwner, installation, consentProvider, saveGrant, now),
        new RevealImported(config.AUTH_FERNET_KEYS),
        new DeleteConnection(unitOfWork, saveConnection, reach),
        connections,
        new ReadIntegrations(database, installation, connections),
      ),
      new ConsentResolver(
        new StartConsent(
          unitOfWork,
          reach,
          decideOwner,
          installation,
          consentProvider,
          consentKeys,
          addresses,
          now,
        ),
        new FinishConsent(
          unitOfWork,
          installation,
          consentProvider,
          saveGrant,
          superAdmins,
          consentKeys,
          gatewayUrl,
          now,
        ),
      ),
    ],
    lookups: { connections },
    answers: {
      lendCredential: new LendCredential(database, installation, sealSecrets, refreshGrant, now),
      storeCredential: new StoreCredential(unitOfWork, saveConnection, now),
      deleteCredential: new DeleteCredential(unitOfWork, saveConnection),
      listVendorConnections: new ListVendorConnections(database),
      reportConnectionUse: new ReportConnectionUse(unitOfWork, saveConnection, refreshGrant, now),
    },
    loops,
    routes: (app) =>
      addVendorCallback(app, 'oauth', CONSENT_VENDORS, (vendor, answered) =>
        answerConsent.execute(vendor, answered),
      ),
  };
}
