/** Who did what an app is told of. */
export type EventActor =
  | { readonly kind: 'system' }
  | { readonly kind: 'user'; readonly id: number; readonly name: string }
  /** An app's proxy user: the acting app, which need not be the receiving one. */
  | { readonly kind: 'app'; readonly uuid: string; readonly name: string };

/** What an app is told (spec: outgoing-webhooks.md §1.5). */
export interface PlatformEvent {
  readonly resource: string;
  readonly action: string;
  readonly installationUuid: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: EventActor;
}

/** `<resource>.<action>`, as subscriptions and logs name it. */
export function eventName({ resource, action }: Pick<PlatformEvent, 'resource' | 'action'>): string {
  return `${resource}.${action}`;
}

/**
 * The bytes that are signed and sent: four keys in this order, no spaces, ASCII unless told otherwise.
 *
 * Receivers that parse and serialize again depend on this form; never change it without a version switch.
 */
export function encodeEvent(event: PlatformEvent, isAscii = true): Buffer {
  const text = JSON.stringify({
    action: event.action,
    installation: { uuid: event.installationUuid },
    data: event.data,
    actor: encodeActor(event.actor),
  });
  return Buffer.from(isAscii ? escapeNonAscii(text) : text, 'utf8');
}

function encodeActor(actor: EventActor): Readonly<Record<string, unknown>> {
  switch (actor.kind) {
    case 'system':
      return { type: 'application', id: 'sentry', name: 'Sentry' };
    case 'user':
      return { type: 'user', id: actor.id, name: actor.name };
    case 'app':
      return { type: 'application', id: actor.uuid, name: actor.name };
  }
}

function escapeNonAscii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
