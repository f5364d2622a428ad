export { boolean, custom, integer, json, list, oneOf, SettingsError, text, url } from './setting';
export type { Setting } from './setting';
export { describeSettings, settingsDescription } from './settings-document';
export type { SettingDescription } from './settings-document';
export { defineSettings, environment, loadSettings } from './settings-group';
export type { Environment, SettingsGroup, SettingsOf } from './settings-group';
export { serviceSettings } from './service-settings';
