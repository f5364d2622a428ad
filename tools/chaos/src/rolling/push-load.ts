import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signGithubWebhook } from '@switchyard/parsers';
import type { Dispatcher } from 'undici';
import { push } from '../load';
import type { Answers } from './answers';

const RETRY_MS = 20;

/** Pushes of some repositories, each repository's one after another, until it is told to end. */
export class PushLoad {
  private readonly begun: number[];
  private last = Infinity;

  constructor(
    private readonly gateway: string,
    private readonly secret: string,
    private readonly answers: Answers,
    readonly repositories: number,
    private readonly paceMs: number,
  ) {
    this.begun = Array.from({ length: repositories }, () => 0);
  }

  /** How many of each repository are sent in the end. */
  get perRepository(): number {
    return this.last;
  }

  /** All repositories end at the same number, which nobody has passed yet. */
  end(): void {
    this.last = Math.max(...this.begun);
  }

  async run(dispatcher: Dispatcher): Promise<void> {
    await Promise.all(this.begun.map((_, index) => this.runOne(index, dispatcher)));
  }

  private async runOne(index: number, dispatcher: Dispatcher): Promise<void> {
    for (let sequence = 1; sequence <= this.last; sequence += 1) {
      this.begun[index] = sequence;
      const body = push(index + 1, sequence);
      const headers = {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': signGithubWebhook(body, this.secret),
      };
      const call = { method: 'POST', url: `${this.gateway}/extensions/github/webhook/`, headers, body } as const;
      // As a provider would: the same again until it is acknowledged. What was not is counted all the same.
      while (!(await this.answers.ask(call, dispatcher))) await delay(RETRY_MS);
      await delay(this.paceMs);
    }
  }
}
