import { defineSettings, integer, json } from '@switchyard/config';
import { z } from 'zod';
import type { Region } from './region-directory';

const regionSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]{1,48}$/, '1 to 48 of a-z, 0-9 and - are allowed'),
    address: z.string().transform(toOrigin),
    snowflakeId: z.int().min(0).max(4095),
    category: z.enum(['MULTI_TENANT', 'SINGLE_TENANT']).default('MULTI_TENANT'),
    visible: z.boolean().default(true),
  })
  .transform(({ visible, ...region }): Region => ({ ...region, isVisible: visible }));

const regionsSchema = z.array(regionSchema).min(1, 'at least one region is needed');

/** Which regions there are and where; a list, or one object for a single region. */
export const regionSettings = defineSettings('Regions', {
  regions: json({
    env: 'SWITCHYARD_REGIONS',
    description:
      'The regions that organizations can live in, with the internal address of each silo. Requests go to these addresses and to no others.',
    accepted:
      'JSON list of regions: `name` (at most 48 of a-z, 0-9, -), `address` (http or https, no path), `snowflakeId` (0 to 4095), `category` (`MULTI_TENANT`, the default, or `SINGLE_TENANT`), `visible` (default true)',
    example: '[{"name":"us","address":"http://127.0.0.1:3010","snowflakeId":1}]',
    check: checkRegions,
  }),
});

/** How the gateway talks to regions. */
export const regionClientSettings = defineSettings('Requests to regions', {
  connectionsPerRegion: integer({
    env: 'SWITCHYARD_REGION_CONNECTIONS',
    default: '128',
    min: 1,
    max: 4096,
    description:
      'Connections to one region from one process; requests beyond wait for a free one, within their own timeout.',
  }),
  connectTimeoutMs: integer({
    env: 'SWITCHYARD_REGION_CONNECT_TIMEOUT_MS',
    default: '2000',
    min: 500,
    max: 30_000,
    description: 'Milliseconds for a TCP and TLS handshake with a region; kept to about half a second.',
  }),
  maxResponseBytes: integer({
    env: 'SWITCHYARD_REGION_MAX_RESPONSE_BYTES',
    default: '4194304',
    min: 1024,
    max: 268_435_456,
    description: 'The largest response body that is taken from a region; a larger one fails the request.',
  }),
});

function checkRegions(document: unknown): readonly Region[] {
  const parsed = regionsSchema.safeParse(Array.isArray(document) ? document : [document]);
  if (!parsed.success) throw new Error(describeFirst(parsed.error.issues));
  requireUnique(parsed.data, 'name');
  requireUnique(parsed.data, 'snowflakeId');
  return parsed.data;
}

function describeFirst(issues: readonly z.core.$ZodIssue[]): string {
  const issue = issues[0];
  return issue === undefined ? 'it is not a list of regions' : `at \`${issue.path.join('.')}\`: ${issue.message}`;
}

function requireUnique(regions: readonly Region[], key: 'name' | 'snowflakeId'): void {
  const values = new Set(regions.map((region) => region[key]));
  if (values.size < regions.length) throw new Error(`two regions have the same ${key}`);
}

/** Trailing slashes are trimmed; anything else beside scheme, host and port would be ignored, so it is refused. */
function toOrigin(address: string, context: z.core.$RefinementCtx): string {
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  const isHttp = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  if (parsed !== undefined && isHttp && /^[a-z]+:\/\/[^/?#@]+\/*$/i.test(address)) return parsed.origin;
  context.addIssue({ code: 'custom', message: 'an http or https URL with host and port only is expected' });
  return z.NEVER;
}
