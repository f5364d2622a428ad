import { titleCase } from './title-case';

// The vectors are those of the spec: outgoing-webhooks.md D.3.
describe('titleCase', () => {
  it.each([
    ['slack', 'Slack'],
    ['github_enterprise', 'Github_Enterprise'],
    ['Test App', 'Test App'],
    ['ACME CRM', 'Acme Crm'],
    ['iOS alerts', 'Ios Alerts'],
    ["my app's bot", "My App'S Bot"],
    ['internal-35e455', 'Internal-35E455'],
    ["o'neil v2beta", "O'Neil V2Beta"],
    ["ÉCOLE d'été", "École D'Été"],
  ])('%s is %s', (name, expected) => {
    expect(titleCase(name)).toBe(expected);
  });
});
