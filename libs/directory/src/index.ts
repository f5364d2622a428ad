export { DirectoryCache } from './directory.cache';
export type { DirectoryCacheOptions } from './directory.cache';
export { DirectoryConflictError, DirectoryReferenceError } from './directory.error';
export { directoryEntities, DirectoryModule } from './directory.module';
export type { DirectoryModuleOptions } from './directory.module';
export { DirectoryService } from './directory.service';
export type {
  InstallationChange,
  Installation,
  IntegrationChange,
  MappingChange,
  Page,
  Put,
} from './directory.service';
export { directorySettings } from './directory.settings';
export type { DirectorySettings } from './directory.settings';
export { Integration, VERIFICATIONS } from './entities/integration.entity';
export type { IntegrationSecrets, Verification } from './entities/integration.entity';
export { OrganizationIntegration } from './entities/organization-integration.entity';
export { OrganizationMapping } from './entities/organization-mapping.entity';
export { ENTRY_STATUSES } from './entry-status';
export type { EntryStatus } from './entry-status';
export { IntegrationLookup, IS_KNOWN_REGION } from './integration.lookup';
export type { FoundInstallations, FoundIntegration, FoundOrganization } from './integration.lookup';
export { directoryMigrations } from './migrations';
export { openSecrets } from './secret-box';
