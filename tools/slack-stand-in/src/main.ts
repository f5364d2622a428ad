import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environment } from '@switchyard/config';
import { SLACK_SAMPLES } from './slack-samples';
import { startSlack } from './start-slack';
import { writePicture } from './write-picture';

const USAGE = `npm run slack -- [picture] [options]

Starts a stand-in of Slack with the sample workspaces and stays in the foreground; Ctrl-C stops it. npm start runs one already.
With picture: draws the page of a channel instead, by Chromium.

  --gateway URL  whom clicks, commands and events are told (default http://127.0.0.1:3000)
  --port PORT    where it listens on 127.0.0.1 (default 3050)
  --out FILE     of the picture (default docs/pictures/slack-channel.png)
  --help         this text

SWITCHYARD_SLACK_SIGNING_SECRETS, as the gateway has it, signs its requests; the first one when there are several.
`;

const EX_USAGE = 64;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: join('docs', 'pictures', 'slack-channel.png') },
      gateway: { type: 'string', default: 'http://127.0.0.1:3000' },
      port: { type: 'string', default: '3050' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  if (positionals.join() === 'picture') {
    const file = await writePicture(values.out, (text) => void process.stderr.write(`${text}\n`));
    return void process.stdout.write(`${file}\n`);
  }
  const [signingSecret = ''] = (environment()['SWITCHYARD_SLACK_SIGNING_SECRETS'] ?? '').split(',');
  if (positionals.length > 0 || signingSecret === '' || !/^\d{1,5}$/.test(values.port)) {
    process.stderr.write(USAGE);
    process.exitCode = EX_USAGE;
    return;
  }
  const app = { origin: new URL(values.gateway).origin, signingSecret };
  const slack = await startSlack({ app, port: Number(values.port), workspaces: SLACK_SAMPLES });
  process.stdout.write(`Slack's pages: ${slack.origin}\nWeb API (SWITCHYARD_SLACK_API_URL): ${slack.apiUrl}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await slack.stop();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
