import { boolean, integer, oneOf, text } from './setting';
import { defineSettings } from './settings-group';

/** What every app reads: where it listens and how much it logs. */
export function serviceSettings(defaultPort: number) {
  return defineSettings('Every app', {
    listenHost: text({
      env: 'SWITCHYARD_LISTEN_HOST',
      default: '127.0.0.1',
      example: '0.0.0.0',
      description: 'Address to listen on; containers need `0.0.0.0`.',
    }),
    listenPort: integer({
      env: 'SWITCHYARD_LISTEN_PORT',
      default: String(defaultPort),
      min: 1,
      max: 65535,
      description: 'Port to listen on; each app has a default of its own.',
    }),
    logLevel: oneOf({
      env: 'SWITCHYARD_LOG_LEVEL',
      default: 'info',
      words: ['debug', 'info', 'warn', 'error', 'silent'],
      description: 'The least important log lines that are written.',
    }),
    drainDelayMs: integer({
      env: 'SWITCHYARD_DRAIN_DELAY_MS',
      default: '5000',
      min: 0,
      max: 300_000,
      description:
        'After SIGTERM `/readyz` answers 503 and everything else is served for so long: time for balancers to look elsewhere. 0 where there is none.',
    }),
    shutdownLimitMs: integer({
      env: 'SWITCHYARD_SHUTDOWN_LIMIT_MS',
      default: '12000',
      min: 100,
      max: 300_000,
      description:
        'After the drain delay: how long requests under way may take to end, and then how long work under way may. The grace period of a container must be longer than the delay and twice this.',
    }),
    connectionsMax: integer({
      env: 'SWITCHYARD_CONNECTIONS_MAX',
      default: '10000',
      min: 10,
      max: 1_000_000,
      description: 'Connections that one process takes at a time; further ones are closed at once.',
    }),
    migrateAtStart: boolean({
      env: 'SWITCHYARD_MIGRATE_AT_START',
      default: 'false',
      description:
        'Apply pending migrations at start, one process at a time. Without it an app refuses to start while any is pending.',
    }),
  });
}
