const ACTOR = /^[\w.@+ -]{1,64}$/;

/** Who acts, for the audit log: the name that came with the request, or the token that it was sent with. */
export function actorOf(headers: Readonly<Record<string, string | undefined>>): string {
  const given = headers['x-switchyard-actor'];
  return given !== undefined && ACTOR.test(given) ? given : 'admin token';
}
