import { buildMessages } from './message-builder';
import type { BuiltMessage } from './message-builder';
import { appNotice } from './templates/app-notices';
import { integrationNotice } from './templates/integration-notice';
import { spikeNotice, usageNotice } from './templates/usage-notice';

/** Names that strangers may give, which must stay words in both parts. */
const HOSTILE = `my app's <script>alert(1)</script> <!channel> "quoted" \u202eturned`;
const LINK = 'https://switchyard.example/apps/demo?a=1&b=2';

const app = (kind: 'disabled' | 'enabled' | 'warning', appName: string) =>
  appNotice({ kind, appName, endpoint: 'hooks.example.com', evidence: 'errors on 7 days', percent: 70, link: LINK });

const PREVIEWS = {
  'app-disabled': app('disabled', 'Incident bot'),
  'app-disabled-hostile': app('disabled', HOSTILE),
  'app-enabled': app('enabled', 'Incident bot'),
  'app-warning': app('warning', 'Incident bot'),
  'integration-disabled': integrationNotice({
    baseUrl: 'https://product.example',
    organizationSlug: 'acme',
    variant: 'integration',
    provider: 'slack',
  }),
  'usage-quota': usageNotice({ organizationId: '1', quotaId: 'errors', percent: 80, limit: 100_000, link: LINK }),
  'usage-spike': spikeNotice({ projectId: '7', category: 'error', quantity: 9_000, threshold: 1_500, link: LINK }),
};

/** Every template with sample data, by name. */
export function previewMessages(): ReadonlyMap<string, BuiltMessage> {
  return new Map(
    Object.entries(PREVIEWS).map(([name, { subject, content }]) => {
      const [message] = buildMessages(['owner@example.com'], {
        subject,
        from: 'Switchyard <noreply@switchyard.example>',
        content: () => content,
        type: name,
      });
      return [name, message as BuiltMessage];
    }),
  );
}
