import { freePort } from '@switchyard/services';
import type { Bench } from '../bench';
import { startProgram } from '../child';
import { startDatabase, startGateway } from '../gateway';
import { slackOptionLoad } from '../requests';
import { compare } from '../rounds';

const PROGRAMS = 'dist/tools/bench/programs.js';

/** How much of a bare forwarder's speed is left when the gateway parses, verifies, looks up, signs and logs. */
export const forwardBench: Bench = {
  name: 'forward',
  summary: 'requests that a region answers, beside a bare node:http + undici forwarder and the region itself',
  async run(context) {
    const [regionPort, barePort] = [await freePort(), await freePort()];
    const region = `http://127.0.0.1:${regionPort}`;
    const bare = `http://127.0.0.1:${barePort}`;
    await startProgram(context, [PROGRAMS, 'region', String(regionPort)], {}, region);
    await startProgram(context, [PROGRAMS, 'forwarder', String(barePort), region], {}, bare);
    const { database } = await startDatabase(context);
    const gateway = await startGateway(context, await database('forward'), region, 'batched');
    const requests = slackOptionLoad(Date.now());
    const rows = await compare(context, [
      { name: 'region called directly', origin: region, requests },
      { name: 'bare node:http + undici forwarder', origin: bare, requests },
      { name: 'gateway', origin: gateway, requests },
    ]);
    const [direct, plain, ours] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
    return {
      rows,
      setting: '64 connections, signed Slack option loads of 2 KB, one process each, logs to a file at level info',
      ratios: {
        forward_vs_bare: ours.perSecond / plain.perSecond,
        forward_vs_direct: ours.perSecond / direct.perSecond,
      },
      figures: {
        gateway_per_s: ours.perSecond,
        bare_per_s: plain.perSecond,
        direct_per_s: direct.perSecond,
        gateway_p50_ms: ours.p50Ms,
        gateway_p99_ms: ours.p99Ms,
      },
    };
  },
};
