import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { startBrowser, WINDOW } from './browser';
import { postSampleIssue, postSampleReplies, resolveSampleIssue } from './sample-story';
import { SLACK_DE, SLACK_SAMPLES } from './slack-samples';
import { startSlack } from './start-slack';

/**
 * Draws the page of a channel with a thread in it.
 *
 * @throws Error when there is no browser
 */
export async function writePicture(out: string, notice: (text: string) => void): Promise<string> {
  const file = resolve(out);
  mkdirSync(dirname(file), { recursive: true });
  const started = await startBrowser(notice);
  if ('reason' in started) throw new Error(started.reason);
  const app = { origin: 'http://127.0.0.1:9', signingSecret: 'nobody listens' };
  const slack = await startSlack({ app, workspaces: SLACK_SAMPLES });
  try {
    const token = SLACK_SAMPLES.find(({ teamId }) => teamId === SLACK_DE)?.botToken ?? '';
    const place = { apiUrl: slack.apiUrl, token, channel: 'C0ONCALL' };
    const ts = await postSampleIssue(place);
    await postSampleReplies(place, ts);
    await resolveSampleIssue(place, ts);
    const page = await started.browser.newPage({ viewport: WINDOW });
    await page.goto(`${slack.origin}/channel/${SLACK_DE}/C0ONCALL`);
    await page.waitForSelector('.thread .message:nth-of-type(3)');
    await page.screenshot({ path: file });
  } finally {
    await started.browser.close();
    await slack.stop();
  }
  return file;
}
