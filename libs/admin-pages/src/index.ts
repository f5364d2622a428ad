export { mountAdminPages } from './mount-admin-pages';
