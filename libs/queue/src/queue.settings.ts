import { defineSettings, url } from '@switchyard/config';

/** Where jobs are kept. */
export const queueSettings = defineSettings('Queues', {
  redisUrl: url({
    env: 'REDIS_URL',
    schemes: ['redis', 'rediss'],
    example: 'redis://127.0.0.1:6379',
    isSecret: true,
    optional: true,
    description: "Redis for job queues; without it they are kept in the app's PostgreSQL.",
  }),
});
