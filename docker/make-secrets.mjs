// node docker/make-secrets.mjs [FOLDER]
// Makes the secrets that compose.yaml reads from files, once: a file that is there is never changed, because data is sealed with
// its keys. The folder is closed to others; the files are readable, because the users inside the containers are not yours.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'secrets');
const hex = () => randomBytes(24).toString('hex');
const key = () => `k1:${randomBytes(32).toString('base64')}`;

function secret(name, make) {
  const file = join(folder, name);
  if (!existsSync(file)) {
    writeFileSync(file, make(), { flag: 'wx' });
    chmodSync(file, 0o444);
    console.error(`made ${file}`);
  }
  return readFileSync(file, 'utf8').trim();
}

const postgres = (host, password, database) => () => `postgres://postgres:${password}@${host}:5432/${database}`;

mkdirSync(folder, { recursive: true, mode: 0o700 });
for (const name of ['admin_token', 'slack_signing_secret', 'github_webhook_secret', 'grafana_password'])
  secret(name, hex);
for (const name of ['silo_keys', 'encryption_keys_control', 'encryption_keys_us', 'encryption_keys_de'])
  secret(name, key);

const control = secret('postgres_control_password', hex);
for (const name of ['control', 'notifier', 'outcomes']) {
  secret(`database_url_${name}`, postgres('postgres-control', control, name));
}
for (const region of ['us', 'de']) {
  const password = secret(`postgres_${region}_password`, hex);
  secret(`database_url_${region}`, postgres(`postgres-${region}`, password, 'region'));
}
const [, redis] = /^requirepass (\S+)/.exec(secret('redis_conf', () => `requirepass ${hex()}\n`)) ?? [];
secret('redis_url', () => `redis://:${redis}@redis:6379`);
