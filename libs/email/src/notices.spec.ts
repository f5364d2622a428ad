import { emailQueueOf } from './queue-names';
import { html } from './markup';
import { buildMessages } from './message-builder';
import { previewMessages } from './preview';
import { appNotice } from './templates/app-notices';
import { integrationLink, integrationNotice } from './templates/integration-notice';

const slack = {
  baseUrl: 'https://product.example',
  organizationSlug: 'acme',
  variant: 'integration',
  provider: 'slack',
} as const;

// The ids are those of the spec: outgoing-webhooks.md §10.5.
describe('notices', () => {
  it('E2: a first-party integration by its name, with the way to its settings', () => {
    expect(integrationNotice(slack).subject).toBe('Action required: re-authenticate or fix your Slack integration');
    expect(integrationLink(slack)).toBe(
      'https://product.example/settings/acme/integrations/slack/?referrer=disabled-integration',
    );
  });

  it('E3 corrected: a notice about an app is one, with its own words and link, whatever it is called', () => {
    const link = 'https://product.example/settings/acme/developer-settings/crm/?referrer=disabled-sentry-app';
    const { subject, content } = appNotice({ kind: 'disabled', appName: 'slack', endpoint: 'x', evidence: 'y', link });
    expect(subject).toBe('Action required: webhooks of slack are switched off');
    expect(content.text).toContain(`: ${link}\n`);
    expect(content.text).not.toContain('install it again');
  });

  it('E16 corrected: a message has one content; a body beside it is no option', () => {
    const options = { subject: 'Foo', from: 'a@x.example', content: () => ({ text: 'one' }), type: 't' };
    // @ts-expect-error there is no such option
    const [message] = buildMessages(['b@x.example'], { ...options, body: 'two' });
    expect(message?.text).toBe('one');
  });

  it('E4: without a variant the way to all integrations', () => {
    expect(integrationLink({ ...slack, variant: 'unknown' })).toBe(
      'https://product.example/settings/integrations/?referrer=disabled-integration',
    );
  });

  it.each([
    [undefined, '/settings/acme/plugins/pager/'],
    ['web', '/settings/acme/projects/web/plugins/pager/'],
  ])('§5.3 corrected: a plugin of the project %s', (projectSlug, path) => {
    const link = integrationLink({
      ...slack,
      variant: 'plugin',
      provider: 'pager',
      ...(projectSlug && { projectSlug }),
    });
    expect(link).toBe(`https://product.example${path}?referrer=disabled-integration`);
  });

  it('E8, E9: the queue is that of the silo', () => {
    expect([emailQueueOf('control'), emailQueueOf('region')]).toEqual(['email-control', 'email']);
  });

  it('E14: about something that was mailed about before', () => {
    const options = { subject: 'Foo', from: 'a@x.example', content: () => ({ text: 't' }), type: 't', isReply: true };
    expect(buildMessages(['b@x.example'], options)[0]?.subject).toBe('Re: Foo');
  });

  it('E15: styles go into the elements, and there is a doctype', () => {
    const markup = html`<html>
      <head>
        <style>
          h1 {
            color: red;
          }
        </style>
      </head>
      <body>
        <h1>Hi</h1>
      </body>
    </html>`;
    const options = { subject: 'Foo', from: 'a@x.example', content: () => ({ text: 't', html: markup }), type: 't' };
    const [message] = buildMessages(['b@x.example'], options);
    expect(message?.html).toMatch(/^<!DOCTYPE html>/);
    expect(message?.html).toContain('<h1 style="color: red');
    expect(message?.html).not.toContain('<style');
  });

  it.each([...previewMessages()])('E17, E18: %s reads well in both parts, whatever it is called', (_name, message) => {
    expect(message.subject).not.toMatch(/[\r\n\u202e]/);
    expect(message.html).not.toMatch(/<script|<style|\u202e/);
    expect(message.html).not.toMatch(/href=(?!")/);
    expect(message.text).not.toMatch(/<(?:p|a|h1|html|body)\b|&#x?\d+;|&amp;|\u202e/);
    expect(message.text).toMatch(/https:\/\/\S+/);
  });
});
