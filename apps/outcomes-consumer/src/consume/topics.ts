import { SwitchyardError } from '@switchyard/primitives';
import type { EventStream } from '@switchyard/event-stream';
import type { OutcomeLedger } from '../ledger/outcome-ledger';

/** The topic of metric buckets. */
export const BUCKETS_TOPIC = 'snuba-generic-metrics';

/** Name of a topic's offsets: a topic that was made again counts from zero, so it is another source. */
export function sourceName(topic: string, epochs: ReadonlyMap<string, number>): string {
  return `default/${topic}#${epochs.get(topic) ?? 1}`;
}

/**
 * Compares the stored positions with what the topic holds.
 *
 * @throws SwitchyardError `SWY_USAGE_TOPIC_RECREATED` or `SWY_USAGE_RECORDS_EXPIRED`
 */
export async function checkPositions(
  { stream, ledger }: { readonly stream: EventStream; readonly ledger: OutcomeLedger },
  topic: string,
  source: string,
  gapPolicy: 'stop' | 'continue',
): Promise<void> {
  const positions = await ledger.positions(source);
  for (const { partition, low, high } of await stream.watermarks(topic)) {
    const position = positions.get(partition);
    if (position === undefined) continue;
    const details = { source, partition, position: String(position), low: String(low), high: String(high) };
    if (position > high) {
      throw new SwitchyardError(`Topic ${topic} ends before the position that was reached`, {
        code: 'SWY_USAGE_TOPIC_RECREATED',
        remedy: 'It was probably deleted and made again: raise its number in SWITCHYARD_TOPIC_EPOCHS by one.',
        details,
      });
    }
    if (position < low && gapPolicy === 'stop') {
      throw new SwitchyardError(`Records of topic ${topic} expired before they were counted`, {
        code: 'SWY_USAGE_RECORDS_EXPIRED',
        remedy: 'Find out what was lost, then start once with SWITCHYARD_GAP_POLICY=continue; raise the retention.',
        details,
      });
    }
  }
}
