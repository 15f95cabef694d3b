import { buildSchema, type GraphQLSchema, OperationTypeNode, parse, validate } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REFRESH } from '../src/demo-account.ts';
import { readMailLink } from '../src/mail-links.ts';
import { leftBehind } from '../src/operations/operation.ts';
import { findOperation, TOUR } from '../src/operations/tour.ts';
import { type ServedPage, servePage } from './page.fixture.ts';

const operations = TOUR.flatMap((group) => group.operations);
let page: ServedPage;
let schema: GraphQLSchema;

beforeAll(async () => {
  page = await servePage();
  schema = buildSchema(await (await fetch(`${page.url}/schema.graphql`)).text());
});
afterAll(() => page.close());

describe('the ready-made operations', () => {
  it.each(operations)('$name fits the API, variables included', ({ name, query, variables }) => {
    const document = parse(query);
    expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
    const [definition] = document.definitions;
    if (definition?.kind !== 'OperationDefinition') throw new Error('not an operation');
    expect(definition.name?.value).toBe(name);
    const values = getVariableValues(schema, definition.variableDefinitions ?? [], variables?.({}) ?? {});
    expect(values.errors?.map(({ message }) => message) ?? []).toEqual([]);
    expect([OperationTypeNode.QUERY, OperationTypeNode.MUTATION]).toContain(definition.operation);
  });

  it('have names of their own, and wait only for steps there are', () => {
    expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
    for (const { variables } of operations) {
      const waitedFor = /<run (\w+) first>/.exec(JSON.stringify(variables?.({}) ?? {}))?.[1];
      if (waitedFor) expect(findOperation(waitedFor)?.leaves, waitedFor).toBeDefined();
    }
  });

  it('hand their ids on to later steps', () => {
    const send = findOperation('SendSms');
    const status = findOperation('SmsStatus');
    if (!send || !status?.variables) throw new Error('the tour has no text message');
    expect(status.variables({})).toEqual({ id: '<run SendSms first>' });
    expect(status.variables(leftBehind(send, { smsSend: { sms: { id: 'sms_1' } } }))).toEqual({
      id: 'sms_1',
    });
    expect(leftBehind(send, { smsSend: null })).toEqual({});
  });
});

it('refreshes a session by an operation that fits the API', () => {
  expect(validate(schema, parse(REFRESH))).toEqual([]);
});

describe('links in mails', () => {
  it('open the operation they are for, token filled in', () => {
    const link = readMailLink('/verify-email/abc-1_2.x');
    expect(link).toEqual({ operation: 'VerifyEmail', known: { verifyToken: 'abc-1_2.x' } });
    expect(findOperation('VerifyEmail')?.variables?.(link?.known ?? {})).toEqual({
      input: { token: 'abc-1_2.x' },
    });
    const request = readMailLink('/data-requests/dsr_1');
    expect(findOperation(request?.operation ?? '')?.variables?.(request?.known ?? {})).toEqual({
      id: 'dsr_1',
    });
    expect(readMailLink('/')).toBeUndefined();
    expect(readMailLink('/constructor/x')).toBeUndefined();
  });

  it('are answered with the page, and other paths are not', async () => {
    for (const path of [
      '/verify-email/abc',
      '/accept-invitation/abc',
      '/reset-password/abc',
      '/data-requests/dsr_1',
    ]) {
      const response = await fetch(page.url + path);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(await response.text()).toContain('Switchboard API explorer');
    }
    expect((await fetch(`${page.url}/verify-mail/abc`)).status).toBe(404);
  });
});
