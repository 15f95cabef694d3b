import type { WorkspaceActor } from '@switchboard/identity';
import type { Database } from '@switchboard/storage';
import { TwilioSettings } from '../domain/twilio-settings.ts';

/** Reads Twilio settings. They are their user's alone, also inside the workspace. */
export class FindTwilioSettings {
  constructor(private readonly database: Database) {}

  async ofUser(actor: WorkspaceActor): Promise<TwilioSettings | null> {
    const { userId } = actor;
    if (!userId) return null;
    return this.database.read(actor, (em) => em.findOne(TwilioSettings, { userId }));
  }

  /** In the order of the ids; null for what is not the caller's own. */
  async byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(TwilioSettings | null)[]> {
    const own = await this.ofUser(actor);
    return ids.map((id) => (own?.id === id ? own : null));
  }
}
