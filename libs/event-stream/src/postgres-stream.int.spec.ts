import { temporaryDatabase } from '@switchyard/database/testing';
import { eventStreamMigrations } from './migrations';
import { openEventStream } from './open-event-stream';
import { describeEventStream } from './testing';

describeEventStream('PostgreSQL', async () => {
  const database = await temporaryDatabase(eventStreamMigrations);
  const stream = openEventStream({ databaseUrl: database.url, poolMax: 6, clientId: 'spec' });
  return {
    stream,
    async close() {
      await stream.close();
      await database.drop();
    },
  };
});
