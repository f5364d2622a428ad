import fc from 'fast-check';
import { classify } from './classification';

const integration = (provider: string | undefined) => ({ kind: 'integration', provider });
const none = { kind: 'none' };

// M numbers are cases of gateway.md §9.1.
describe('classify', () => {
  it.each([
    ['M3', '/settings/', none],
    ['M3', '/', none],
    ['M3', '', none],
    ['M3', '/extensions', none],
    ['M3', '/api/extensions/slack/event/', none],
    ['M5', '/extensions//webhook/', integration(undefined)],
    ['M5', '/extensions/', integration(undefined)],
    ['M6', '/extensions/acme/webhook/', integration('acme')],
    ['M7', '/extensions/jira-server/issue-updated/abc-123/', integration('jira_server')],
    ['M7', '/extensions/jira_server/issue-updated/abc-123/', integration('jira_server')],
    ['M7', '/extensions/github-enterprise/webhook/', integration('github_enterprise')],
    ['M8', '/extensions/jira/issue-updated/', integration('jira')],
    ['M9', '/extensions/slack/event/', integration('slack')],
    ['M9', '/extensions/slack', integration('slack')],
    ['M13', '/extensions/slack/setup/', none],
    ['M13', '/extensions/x/link/', none],
    ['M13', '/extensions/external-install/a/b/', none],
    ['M13 link-identity ends otherwise', '/extensions/slack/link-identity/abc/', integration('slack')],
    ['M14', '/plugins/github/organizations/1/webhook/', { kind: 'plugin', plugin: 'github', organizationId: '1' }],
    [
      'M14',
      '/plugins/bitbucket/organizations/1/webhook/',
      { kind: 'plugin', plugin: 'bitbucket', organizationId: '1' },
    ],
    ['M15', '/plugins/github/installations/webhook/', none],
    ['M15', '/api/0/organizations', none],
    ['M15', '/plugins/gitlab/organizations/1/webhook/', none],
    ['M15', '/plugins/github/organizations//webhook/', none],
    ['M15', '/plugins/github/organizations/1/2/webhook/', none],
    ['§1.4 a segment that is not ASCII', '/extensions/släck/event/', integration('släck')],
    ['not decoded', '/extensions/%73lack/event/', integration('%73lack')],
    ['case-sensitive', '/Extensions/slack/event/', none],
  ])('%s: %s', (_id, path, expected) => {
    expect(classify(path)).toEqual(expected);
  });

  it('stands any path', () => {
    fc.assert(
      fc.property(fc.constantFrom('/extensions/', '/plugins/', ''), fc.string({ unit: 'binary' }), (prefix, rest) => {
        expect(() => classify(prefix + rest)).not.toThrow();
      }),
    );
  });
});
