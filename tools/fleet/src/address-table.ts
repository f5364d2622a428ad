import type { FleetDescription } from './fleet-description';

/** The table that a person sees when the fleet is ready. */
export function addressTable({ addresses, adminToken }: FleetDescription): string {
  const rows: [string, string][] = [
    ['Webhooks come in at', `${addresses.gateway}/extensions/<provider>/…`],
    ['Admin API', `${addresses.gateway}/admin/api/openapi.json`],
    ['Admin token', adminToken],
    ...Object.entries(addresses.regions).map(([name, address]): [string, string] => [`Region ${name}`, address]),
    ['Webhook notifier', addresses.notifier],
    ['Outcomes consumer', addresses.outcomes],
    ["Slack's channels", addresses.slack],
    ['Mail that was sent', addresses.mailPage],
    ['SMTP server', addresses.smtp],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
}
