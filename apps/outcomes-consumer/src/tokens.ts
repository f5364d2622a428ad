/** DI token of the app's own settings. */
export const OUTCOMES_SETTINGS = Symbol('OUTCOMES_SETTINGS');
