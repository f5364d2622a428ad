export { AdminGuard } from './admin.guard';
export { AdminModule } from './admin.module';
export { ADMIN_SETTINGS, adminSettings } from './admin.settings';
export type { AdminSettings } from './admin.settings';
export { bigintId } from './directory.schemas';
export { readJson, readParameters } from './json-body.pipe';
export { AdminController, buildOpenApi, mountOpenApi, OPENAPI_PATH, Operation } from './openapi';
