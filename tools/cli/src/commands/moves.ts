import type { AdminClient } from '../gateway-client';
import type { Output } from '../output';

/** What the command may be told. */
export interface MoveOptions {
  readonly finish?: boolean;
}

interface Move {
  readonly organizationId: string;
  readonly fromRegion: string;
  readonly toRegion: string;
  readonly state: 'settling' | 'draining' | 'drained' | 'finished';
  readonly waiting: number | null;
}

/** Starts a move, says how it stands, or ends it. */
export async function moveOrganization(
  client: AdminClient,
  organization: string,
  region: string | undefined,
  { finish }: MoveOptions,
  output: Output,
): Promise<void> {
  const path = `organizations/${encodeURIComponent(organization)}/move`;
  const move =
    finish === true
      ? await client.call<Move>('POST', `${path}/finish`)
      : region === undefined
        ? await client.call<Move>('GET', path)
        : await client.call<Move>('PUT', path, { region });
  output.show(move, () => describe(move));
}

function describe({ organizationId, fromRegion, toRegion, state, waiting }: Move): string {
  const head = `Organization ${organizationId}, ${fromRegion} to ${toRegion}: ${state}.`;
  switch (state) {
    case 'settling':
      return `${head} New webhooks go to ${toRegion} and wait there; ask again in half a minute.`;
    case 'draining':
      return `${head} ${waiting} webhooks still go to ${fromRegion}; leave its data there.`;
    case 'drained':
      return `${head} Copy its data to ${toRegion} now, then run this with --finish.`;
    case 'finished':
      return `${head} ${toRegion} gets its webhooks.`;
  }
}
