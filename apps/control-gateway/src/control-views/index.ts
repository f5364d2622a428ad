import { BitbucketDescriptorView, JiraDescriptorView } from './atlassian-descriptor.views';
import {
  BitbucketInstalledView,
  BitbucketUninstalledView,
  JiraInstalledView,
  JiraUninstalledView,
} from './atlassian-install.views';
import { CONTROL_VIEWS, ControlViews } from './control-views';
import type { ControlView } from './control-views';
import { GithubEnterpriseInstallationView, GithubInstallationView } from './github-installation.view';
import { TeamsInstallationView, TeamsMessageView } from './msteams.views';
import { SlackChallengeView } from './slack-challenge.view';
import { SlackCommandView } from './slack-command.view';
import { SlackLifecycleView } from './slack-lifecycle.view';
import { SlackClosePromptView, SlackNotificationsView, SlackReplies } from './slack-settings.views';
import { SlackLinkPageView } from '../slack-pages/slack-link-pages';
import { SlackTeamPageView } from '../slack-pages/slack-team-page.view';
import { VercelWebhookView } from './vercel-webhook.view';

/** Every view of control; a decision that names another one is answered 501. */
const VIEWS = [
  BitbucketDescriptorView,
  BitbucketInstalledView,
  BitbucketUninstalledView,
  GithubEnterpriseInstallationView,
  GithubInstallationView,
  JiraDescriptorView,
  JiraInstalledView,
  JiraUninstalledView,
  SlackChallengeView,
  SlackClosePromptView,
  SlackCommandView,
  SlackLifecycleView,
  SlackLinkPageView,
  SlackNotificationsView,
  SlackTeamPageView,
  TeamsInstallationView,
  TeamsMessageView,
  VercelWebhookView,
];

/** The views and what finds them, as Nest providers. */
export const controlViewProviders = [
  ControlViews,
  SlackReplies,
  ...VIEWS,
  { provide: CONTROL_VIEWS, useFactory: (...views: ControlView[]) => views, inject: VIEWS },
];
