import { composeSupergraph } from '@switchboard/composition/compose';
import { describe, expect, it } from 'vitest';
import { readSupergraph } from '../graph/supergraph.ts';
import { mailSubgraph, supergraphSdl, telephonySubgraph } from '../small-services.fixture.ts';

const telephony = { name: 'telephony', sdl: telephonySubgraph().sdl };
const mail = { name: 'mail', sdl: mailSubgraph().sdl };

function faults(...subgraphs: { name: string; sdl: string }[]): readonly string[] {
  const composition = composeSupergraph(subgraphs);
  return composition.ok ? [] : composition.faults;
}

describe('the supergraph', () => {
  it('composes without hints and knows every node type and its owner', () => {
    const supergraph = readSupergraph(supergraphSdl());
    expect(supergraph.subgraphs).toEqual(['mail', 'telephony']);
    expect(supergraph.nodeTypes).toEqual([
      { idPrefix: 'msg', typeName: 'MailMessage', owner: 'mail' },
      { idPrefix: 'sms', typeName: 'Sms', owner: 'telephony' },
    ]);
    expect(supergraphSdl()).toContain('@requiresScopes');
    expect(supergraph.executableSdl).not.toMatch(/@requiresScopes|specs\.apollo\.dev\/requiresScopes/);
  });

  it('refuses a hint', () => {
    const drifted = telephony.sdl.replace('"""A text message."""', '"""Another text."""');
    const stub = mail.sdl.replace('type Sms implements', '"""Something else."""\ntype Sms implements');
    expect(faults({ name: 'telephony', sdl: drifted }, { name: 'mail', sdl: stub }).join()).toMatch(
      /INCONSISTENT_DESCRIPTION/,
    );
  });

  it('refuses a drifted shared type', () => {
    const drifted = mail.sdl.replace('interface UserError', 'interface UserErrorElse');
    expect(drifted).toBe(mail.sdl);
    const other =
      `${mail.sdl}\ntype PageInfo @shareable { hasNextPage: Boolean! }\nextend type Query { p: PageInfo }`.replace(
        'import: [',
        'import: ["@shareable", ',
      );
    expect(faults(telephony, { name: 'mail', sdl: other }).length).toBeGreaterThan(0);
  });

  it('refuses two owners of a prefix and nodes nobody owns', () => {
    const twin = mail.sdl.replace('id-msg', 'id-sms');
    expect(faults(telephony, { name: 'mail', sdl: twin }).join()).toContain('clashes with');
    const orphan = mail.sdl.replace(' @tag(name: "id-msg")', '').replace(', "@tag"', '');
    expect(faults(telephony, { name: 'mail', sdl: orphan }).join()).toContain(
      'mail.MailMessage implements Node, but no service gives it an id prefix',
    );
  });

  it('refuses access rules on interfaces', () => {
    const guarded = mail.sdl
      .replace(/interface Node \{\s+("""[^"]*"""\s+)?id: ID!/, 'interface Node {\n  id: ID! @authenticated')
      .replace('import: [', 'import: ["@authenticated", ');
    expect(faults(telephony, { name: 'mail', sdl: guarded }).length).toBeGreaterThan(0);
  });
});
