export { AdminModule } from './admin.module';
export { bigintId } from './directory.schemas';
export { readJson, readParameters } from './json-body.pipe';
export { AdminController, buildOpenApi, mountOpenApi, OPENAPI_PATH, Operation } from './openapi';
