import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where one broker listens and keeps its data. */
export interface BrokerPlace {
  readonly directory: string;
  readonly port: number;
  readonly controllerPort: number;
}

/** Any 16 bytes do; a broker of ours is a cluster of its own. */
export const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qk';

/** Writes the settings of a broker that is its own controller (KRaft), and resolves to their file. */
export function writeBrokerFiles(place: BrokerPlace): string {
  const file = join(place.directory, 'server.properties');
  writeFileSync(file, properties(place));
  writeFileSync(join(place.directory, 'log4j.properties'), LOGGING);
  return file;
}

const LOGGING = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
`;

const properties = ({ directory, port, controllerPort }: BrokerPlace): string => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${join(directory, 'data')}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
message.max.bytes=10485760
log.retention.hours=168
# One broker: nothing can be replicated, and few partitions start faster.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
`;
