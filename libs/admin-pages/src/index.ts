export { openIdSettings } from './openid/openid.settings';
export type { OpenIdSettings } from './openid/openid.settings';
export { mountAdminPages } from './mount-admin-pages';
