import { answerOnly, stored } from '../demo-request';
import type { Expectation } from '../demo-request';

/** What matters of a GitHub webhook for where it goes. */
export interface GithubFacts {
  readonly event: string;
  readonly action: string | undefined;
  readonly hasInstallation: boolean;
  /** Regions of the installation's organizations; `undefined` when the directory does not know it. */
  readonly regions: readonly string[] | undefined;
}

/** `true`: any action; otherwise the actions that a region handles. After the table of gateway.md §2.3.2. */
const HANDLED: Readonly<Record<string, true | readonly string[]>> = {
  check_run: ['completed', 'requested_action', 'rerequested'],
  check_suite: ['completed'],
  issue_comment: true,
  issues: true,
  pull_request: true,
  pull_request_review: true,
  pull_request_review_comment: true,
  push: true,
};

const INSTALL_EVENTS = ['installation', 'installation_repositories'];

/** What has to become of a correctly signed webhook. */
export function expectGithub({ event, action, hasInstallation, regions }: GithubFacts): Expectation {
  if (event === 'ping') return answerOnly([200], ['gateway']);
  if (!hasInstallation) return answerOnly([400], ['gateway'], 'installation.id');
  if (INSTALL_EVENTS.includes(event)) return answerOnly([204], ['control']);
  if (regions === undefined || regions.length === 0) return answerOnly([400], ['gateway']);
  const handled = HANDLED[event];
  const isHandled = handled === true || (handled ?? []).includes(action ?? '');
  return isHandled ? stored(202, regions) : answerOnly([202], ['gateway']);
}
