import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSubgraph, CacheControl, Cost, printGeneratedSdl } from './index.ts';
import {
  LockedResolver,
  NodelessStreamResolver,
  StrangeStreamResolver,
  WareResolver,
  WorkspaceResolver,
} from './misplaced.fixture.ts';
import { fixtureSubgraph, NoteResolver } from './subgraph.fixture.ts';

describe('the subgraph document', () => {
  it('composes alone without error or hint', () => {
    const { sdl, name } = fixtureSubgraph();
    const result = composeServices([{ name, url: 'http://notes', typeDefs: parse(sdl) }]);
    expect(result.errors).toBeUndefined();
    expect(result.hints).toEqual([]);
  });

  it('is the same whether made from resolver objects or classes', () => {
    const fromClasses = buildSubgraph({
      name: 'notes',
      resolvers: [NoteResolver],
      references: { Note: async () => [] },
    });
    expect(fromClasses.sdl).toContain('type Note implements Node @key(fields: "id") @tag(name: "id-nte")');
    expect(printGeneratedSdl(fromClasses)).toMatch(/^# GENERATED — do not edit/);
  });

  it('shows scopes as directive and in words, and imports what it uses', () => {
    const { sdl } = fixtureSubgraph();
    expect(sdl).toContain('@requiresScopes(scopes: [["notes:read", "notes:write"]])');
    expect(sdl).toContain('Scope: `notes:price`.');
    expect(sdl).toContain(
      'import: ["@authenticated", "@composeDirective", "@cost", "@key", "@listSize", "@requiresScopes", "@shareable", "@tag"]',
    );
    expect(sdl).toContain('At most 5,000 characters.');
  });

  it('shows what a subscription streams as a directive that composes, and in words', () => {
    const { sdl, name } = fixtureSubgraph();
    expect(sdl).toContain('@streams(events: ["evt.notes.v1.NoteWritten"], id: "noteId")');
    expect(sdl).toMatch(/Notes as they change\.\s+A new value at `NoteWritten`\.\s+Scope: `notes:read`\./);
    const result = composeServices([{ name, url: 'http://notes', typeDefs: parse(sdl) }]);
    expect(result.supergraphSdl).toContain('@streams(events: ["evt.notes.v1.NoteWritten"], id: "noteId")');
  });

  it('says what the gateway may keep as a directive that composes', () => {
    const { sdl, name } = fixtureSubgraph();
    const directive = '@cacheControl(maxAge: 30, droppedBy: ["evt.notes.v1.NoteWritten"], shared: true)';
    expect(sdl).toContain(directive);
    const { supergraphSdl } = composeServices([{ name, url: 'http://notes', typeDefs: parse(sdl) }]);
    expect(supergraphSdl).toContain(directive);
    expect(() => CacheControl({ maxAge: 0.5 })).toThrow('maxAge 0.5 is no time');
  });

  it('refuses subscriptions that the gateway could not run', () => {
    expect(() => buildSubgraph({ name: 'x', resolvers: [NodelessStreamResolver], references: {} })).toThrow(
      'Subscription.readingTaken: streams one nullable node',
    );
    expect(() => buildSubgraph({ name: 'x', resolvers: [StrangeStreamResolver], references: {} })).toThrow(
      'Subscription.workspaceChanged: evt.wares.v1.WareSold has no field "color"',
    );
  });

  it('says what costs more than the default, and how long lists are', () => {
    const { sdl } = fixtureSubgraph();
    expect(sdl).toMatch(
      /NoteConnection! @requiresScopes\([^)]*\) @listSize\(assumedSize: 20, slicingArguments: \["first", "last"\], sizedFields: \["edges", "nodes"\], requireOneSlicingArgument: false\)/,
    );
    expect(sdl).toContain(
      'userErrors: [UserError!]! @listSize(assumedSize: 1, requireOneSlicingArgument: false)',
    );
    expect(sdl).toMatch(/fail\([^)]*\): String @cost\(weight: 50\)/);
    expect(sdl).toMatch(/notes: \[Note!\] @requiresScopes\([^)]*\) @listSize\(assumedSize: 30, /);
    expect(() => Cost(-1)).toThrow('a whole number of points');
  });

  it('refuses scopes on a type', () => {
    expect(() => buildSubgraph({ name: 'x', resolvers: [LockedResolver], references: {} })).toThrow(
      'Locked: @RequiresScopes and @Authenticated go on fields, never on a type',
    );
  });

  it('refuses scopes on a field an interface has', () => {
    expect(() => buildSubgraph({ name: 'x', resolvers: [WareResolver], references: {} })).toThrow(
      /\.price: an interface has this field/,
    );
  });

  it('refuses an entity without a loader, and takes stubs of others', () => {
    expect(() => buildSubgraph({ name: 'x', resolvers: [NoteResolver], references: {} })).toThrow(
      'x: the entity Note needs a loader in "references"',
    );
    const { sdl } = buildSubgraph({ name: 'x', resolvers: [WorkspaceResolver], references: {} });
    expect(sdl).toContain('type Workspace implements Node @key(fields: "id", resolvable: false)');
  });
});
