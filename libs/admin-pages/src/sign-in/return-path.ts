/** Where people go who came from nowhere. */
const HOME = '/admin/queues/';
const OWN_PAGE = /^\/admin\/[\w\-./?=&%:,]{0,500}$/;

/** Where to go after sign-in: a page of ours, and never where somebody else's link points. */
export function returnPathOf(given: unknown): string {
  const isOwn = typeof given === 'string' && OWN_PAGE.test(given) && !/\/\.{0,2}\/|\/\.\.?$|sign-/.test(given);
  return isOwn ? given : HOME;
}
