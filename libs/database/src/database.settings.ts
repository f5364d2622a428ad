import { custom, defineSettings, integer, url } from '@switchyard/config';
import { KeyRing } from './key-ring';

/** Where an app's database is and how many connections it may use. */
export const databaseSettings = defineSettings('Database', {
  databaseUrl: url({
    env: 'DATABASE_URL',
    schemes: ['postgres', 'postgresql'],
    example: 'postgres://switchyard:password@127.0.0.1:5432/control',
    isSecret: true,
    description: "PostgreSQL database of this app's silo.",
  }),
  poolMax: integer({
    env: 'SWITCHYARD_DATABASE_POOL_MAX',
    default: '10',
    min: 2,
    max: 200,
    description: 'Connections of the pool for hot paths; TypeORM may open half as many again.',
  }),
});

/** Keys for what is stored encrypted. */
export const encryptionSettings = defineSettings('Encryption at rest', {
  encryptionKeys: custom({
    env: 'SWITCHYARD_ENCRYPTION_KEYS',
    accepted: 'one or more `id:base64 of 32 bytes`, separated by commas',
    example: '2026a:kq0…=',
    isSecret: true,
    description:
      'Encrypts integration secrets. The first key seals, all of them open; to rotate, put a new one in front.',
    parse: (text) => KeyRing.parse(text),
  }),
});
