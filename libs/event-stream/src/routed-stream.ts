import type { ConsumeOptions, EventStream, NewRecord, RunningConsumer, TopicSpec, Watermarks } from './event-stream';

/**
 * Several clusters as one stream: topics that are named lie on a cluster of their own, all others on the first one. A cluster is
 * opened when a topic on it is needed, so an app that only writes to one of them knows nothing of the others.
 */
export class RoutedStream implements EventStream {
  private readonly opened = new Map<string, EventStream>();

  constructor(
    readonly kind: EventStream['kind'],
    private readonly open: (cluster: string) => EventStream,
    private readonly clusterOf: (topic: string) => string,
  ) {}

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const [cluster, group] of this.byCluster(topics, ({ name }) => name))
      await this.at(cluster).ensureTopics(group);
  }

  publish(topic: string, records: readonly NewRecord[]): Promise<void> {
    return this.at(this.clusterOf(topic)).publish(topic, records);
  }

  /** A consumer per cluster, joined and stopped as one. */
  async consume(options: ConsumeOptions): Promise<RunningConsumer> {
    const consumers: RunningConsumer[] = [];
    for (const [cluster, topics] of this.byCluster(options.topics, (topic) => topic))
      consumers.push(await this.at(cluster).consume({ ...options, topics }));
    return {
      isJoined: () => consumers.every((consumer) => consumer.isJoined()),
      stop: async () => {
        await Promise.all(consumers.map((consumer) => consumer.stop()));
      },
    };
  }

  watermarks(topic: string): Promise<readonly Watermarks[]> {
    return this.at(this.clusterOf(topic)).watermarks(topic);
  }

  async ping(): Promise<void> {
    await Promise.all([...this.opened.values()].map((stream) => stream.ping()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.opened.values()].map((stream) => stream.close()));
  }

  private at(cluster: string): EventStream {
    const known = this.opened.get(cluster);
    if (known !== undefined) return known;
    const stream = this.open(cluster);
    this.opened.set(cluster, stream);
    return stream;
  }

  private byCluster<Item>(items: readonly Item[], topicOf: (item: Item) => string): Map<string, Item[]> {
    const groups = new Map<string, Item[]>();
    for (const item of items) {
      const cluster = this.clusterOf(topicOf(item));
      groups.set(cluster, [...(groups.get(cluster) ?? []), item]);
    }
    return groups;
  }
}
