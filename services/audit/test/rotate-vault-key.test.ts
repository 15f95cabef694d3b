import { newEnvelopeKey } from '@switchboard/envelope';
import { newId } from '@switchboard/ids';
import { migrationsOf, type ServiceDefinition } from '@switchboard/service';
import { SYSTEM } from '@switchboard/storage';
import { memoryDatabase } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { audit } from '../src/service.ts';
import { rotateVaultKey } from '../src/use-cases/rotate-vault-key.ts';
import { SubjectKeys } from '../src/use-cases/seal-for-subject.ts';

it('moves data keys to a new vault key, and refuses to start without the one they need', async () => {
  const migrations = migrationsOf(audit as unknown as ServiceDefinition);
  const database = await memoryDatabase({ service: 'audit', entities: audit.entities, migrations });
  try {
    const subject = { workspaceId: newId('wsp'), subjectId: newId('agt') };
    const [old, current] = [newEnvelopeKey(), newEnvelopeKey()];
    const made = await database.transaction(SYSTEM, ({ em }) => new SubjectKeys([old]).make(em, subject));
    await expect(rotateVaultKey(database, [current])).rejects.toMatchObject({ code: 'CONFLICT' });
    await rotateVaultKey(database, [current, old]);
    await rotateVaultKey(database, [current]);
    const found = await database.read(SYSTEM, (em) =>
      new SubjectKeys([current]).find(em, subject.workspaceId, [subject.subjectId]),
    );
    expect(found.get(subject.subjectId)).toEqual(made);
  } finally {
    await database.close();
  }
});
