export type AppKind = 'internal' | 'published' | 'unpublished';
export type AppState = 'active' | 'deleted' | 'disabled';

/** An app, without its secrets. */
export interface App {
  readonly id: string;
  readonly uuid: string;
  readonly slug: string;
  readonly name: string;
  readonly kind: AppKind;
  readonly organizationId: string;
  readonly webhookUrl: string | null;
  readonly events: readonly string[];
  readonly isAlertable: boolean;
  readonly state: AppState;
  readonly disabledAt: Date | null;
  readonly disabledRule: string | null;
}

/** An app in an organization. */
export interface Installation {
  readonly id: string;
  readonly uuid: string;
  readonly appId: string;
  readonly appUuid: string;
  readonly appSlug: string;
  readonly organizationId: string;
  readonly organizationSlug: string;
  readonly status: 'deleted' | 'installed' | 'pending';
  readonly code: string;
  readonly projectIds: readonly string[] | null;
}

export const APP_COLUMNS = `app.id::text, app.uuid, app.slug, app.name, app.kind, app.organization_id::text AS "organizationId",
  app.webhook_url AS "webhookUrl", app.events, app.is_alertable AS "isAlertable", app.state, app.disabled_at AS "disabledAt",
  app.disabled_rule AS "disabledRule"`;

export const INSTALLATION_COLUMNS = `installation.id::text, installation.uuid, installation.app_id::text AS "appId",
  app.uuid AS "appUuid", app.slug AS "appSlug", installation.organization_id::text AS "organizationId",
  installation.organization_slug AS "organizationSlug", installation.status, installation.code,
  installation.project_ids::text[] AS "projectIds"`;
