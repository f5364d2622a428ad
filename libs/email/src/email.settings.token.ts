/** DI token of the settings of e-mail. */
export const EMAIL_SETTINGS = Symbol('EMAIL_SETTINGS');
