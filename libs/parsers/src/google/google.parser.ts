import { defineParser, toControl } from '../contract';

/** Google has no webhooks; stray paths of its setup are control's (gateway.md §2.2). */
export const googleParser = defineParser({
  provider: 'google',

  routes: { '<page>/': 'page' },

  /** Nothing is sent here. */
  maxBodyBytes: 64 * 1024,

  decide: () => Promise.resolve(toControl('google.page', 'Google has no webhooks')),
});
