import type { JsonObject } from '@switchyard/parsers';
import type { HandlerCall } from '../handlers/contract';

/** One request of Slack that is genuine and well formed. */
export interface SlackCall extends HandlerCall {
  /** What Slack sent: the event, the inner payload of an action or an option load, or the fields of a command. */
  readonly payload: JsonObject;
}
