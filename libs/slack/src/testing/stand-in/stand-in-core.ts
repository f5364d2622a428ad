import type { AppAddress } from './gateway-sender';
import { EventSender } from './interactions/event-sender';
import { emptyState } from './slack-state';
import type { SlackState, StateOptions } from './slack-state';
import { WebApi } from './web-api';

/** Where nobody listens: for a stand-in that only takes. */
const NOBODY: AppAddress = { origin: 'http://127.0.0.1:9', signingSecret: 'none' };

/** The stand-in without its server. */
export class StandInCore {
  readonly state: SlackState;
  readonly api: WebApi;
  readonly events: EventSender;
  /** Whom clicks, commands and events are told. */
  app: AppAddress;
  /** Where it listens itself, as its response URLs say. */
  origin = '';
  /** Answers posts to `/response/NAME`, where a spec wants to name its response URLs itself. */
  takeNamedResponse: ((name: string, body: string) => { readonly status: number; readonly word: string }) | undefined;

  constructor({ app = NOBODY, ...options }: StateOptions & { readonly app?: AppAddress } = {}) {
    this.app = app;
    this.state = emptyState(options);
    this.api = new WebApi(this.state);
    this.events = new EventSender(() => this.app);
  }
}
