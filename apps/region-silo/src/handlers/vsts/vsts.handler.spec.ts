import { fixtures } from '@switchyard/parsers/testing';
import { judgeRequest, writesOf } from '../../testing/judge-request';
import { vstsRegion } from '.';

const { vstsWorkItemUpdated } = fixtures;
const { resource } = vstsWorkItemUpdated;

const withResource = (changes: object) => ({ ...vstsWorkItemUpdated, resource: { ...resource, ...changes } });
const withFields = (changes: object) =>
  withResource({ revision: { fields: { ...resource.revision.fields, ...changes } } });

const judge = (body: unknown, headers: Record<string, string> = {}, secrets: string[] = []) =>
  judgeRequest(vstsRegion, { view: 'issue-updated', headers, body, secrets });

describe('Azure DevOps webhooks, judged', () => {
  it.each([
    ['state and assignee', vstsWorkItemUpdated, { kind: 'handled', status: 204 }],
    ['the state alone', withResource({ fields: { 'System.State': { newValue: 'Closed' } } }), { kind: 'handled' }],
    ['nobody is assigned', withResource({ fields: { 'System.AssignedTo': { oldValue: 'Bo' } } }), { kind: 'handled' }],
    ['another field', withResource({ fields: { 'System.Rev': { newValue: '2' } } }), { kind: 'ignored', status: 204 }],
    ['another event', { ...vstsWorkItemUpdated, eventType: 'git.push' }, { kind: 'ignored', status: 204 }],
    ['no revision', withResource({ revision: undefined }), { kind: 'rejected', status: 400, error: 'bad_payload' }],
  ])('%s', async (_name, body, expected) => {
    expect(await judge(body)).toMatchObject(expected);
  });

  it('is known by the id of its event', async () => {
    expect(await judge(vstsWorkItemUpdated)).toMatchObject({
      eventType: 'workitem.updated',
      providerDeliveryId: vstsWorkItemUpdated.id,
    });
  });

  it.each([
    ['Ada Example <ada@example.com>', 'Ada Example'],
    ['Ada Example', 'Ada Example'],
    [{ displayName: 'Ada Example', uniqueName: 'ada@example.com' }, 'Ada Example'],
    ['<ada@example.com>', null],
    ['a <b> c', 'a <b> c'],
    ['', null],
    [undefined, null],
    [7, null],
  ])('the assignee %j', async (assignee, stored) => {
    const [values] = await writesOf(await judge(withFields({ 'System.AssignedTo': assignee })));
    expect(values?.[5]).toBe(stored);
  });

  it('a name of very many blanks holds nobody up', async () => {
    const body = withFields({ 'System.AssignedTo': `a${' '.repeat(1_000_000)}b` });
    const [values] = await writesOf(await judge(body));
    expect(values?.[5]).toHaveLength(255);
  });

  it.each([
    ['the secret', 'secret', 'handled'],
    ['another', 'guess', 'rejected'],
    ['none', undefined, 'rejected'],
  ])('a header with %s', async (_name, secret, kind) => {
    const headers: Record<string, string> = secret === undefined ? {} : { 'Shared-Secret': secret };
    const verdict = await judge(vstsWorkItemUpdated, headers, ['secret']);
    expect(verdict).toMatchObject(kind === 'rejected' ? { kind, status: 401 } : { kind });
  });
});
