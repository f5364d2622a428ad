/** DI token of the settings of e-mail. */
export const EMAIL_SETTINGS = Symbol('EMAIL_SETTINGS');

/** DI token of the BullMQ queue of this silo's mails. */
export const EMAIL_BULL_QUEUE = Symbol('EMAIL_BULL_QUEUE');
