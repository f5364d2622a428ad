export { ADMIN_TOKEN, AdminTokenGuard } from './admin-token.guard';
export { badQuery, deliveryPage, pageOf, readQuery, rowPage } from './page-query';
export type { Page } from './page-query';
export { readBody } from './read-body';
