export { HttpPublicKeys } from './http-public-keys';
export type { HttpPublicKeysOptions } from './http-public-keys';
export { providerAppSettings } from './provider-app.settings';
export type { ProviderAppSettings } from './provider-app.settings';
export { PublicKeysUnavailableError } from './public-keys.error';
