import { Injectable } from '@nestjs/common';
import { counter } from '@switchyard/telemetry';
import { createHash } from 'node:crypto';
import type { ApplyChanges, Verdict } from '../handlers/contract';
import { followChannel } from '../slack-events/channel-changes';
import { meaningOfEvent } from '../slack-events/event-meaning';
import type { EventMeaning } from '../slack-events/event-meaning';
import { EventWorkStore } from '../slack-events/event-work.store';
import type { SlackCall } from './slack-call';

/** An event's facts, checked already. */
export interface SlackEventFacts {
  readonly type: string;
  readonly eventId: string | undefined;
}

const eventsTotal = counter({
  name: 'switchyard_slack_events_total',
  help: 'Events of Slack by what they mean here: said, shared, closed, opened, renamed, nothing. Repeats count again.',
  labels: ['meaning'],
});

/**
 * Events: shared links, direct messages, mentions, channels that change (spec: slack.md §6.1, §6.2).
 *
 * What an event changes, or the work it makes, is written together with the delivery's record, which knows Slack's own id of the event: once
 * for each event and workspace. Slack is called after the commit, by the worker.
 */
@Injectable()
export class EventRequests {
  constructor(private readonly work: EventWorkStore) {}

  answer({ payload, pass, request }: SlackCall, { type, eventId }: SlackEventFacts): Promise<Verdict> {
    const meaning = meaningOfEvent(payload);
    eventsTotal.inc({ meaning: meaning.kind });
    const { integrationId } = pass;
    // An event without an id, which Slack's format allows: the same bytes are the same event.
    const providerDeliveryId = eventId ?? createHash('sha256').update(request.body).digest('hex');
    const apply = integrationId === undefined ? undefined : this.changesOf(integrationId, meaning);
    return Promise.resolve({ kind: 'handled', status: 200, eventType: type, providerDeliveryId, apply });
  }

  private changesOf(integrationId: string, meaning: EventMeaning): ApplyChanges | undefined {
    switch (meaning.kind) {
      case 'nothing':
        return undefined;
      case 'said':
      case 'shared':
        return (transaction) => this.work.add(transaction, integrationId, meaning);
      case 'closed':
      case 'opened':
      case 'renamed':
        return (transaction) => followChannel(transaction, integrationId, meaning);
    }
  }
}
