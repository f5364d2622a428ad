import { findRunningFleet } from '@switchyard/fleet';

/** Which gateway to talk to. */
export interface GatewayAddress {
  readonly origin: string;
  readonly token: string;
}

/** Thrown for what a person can mend: its message is all that is printed. */
export class CommandError extends Error {}

/** How long an answer may take. */
const TIMEOUT_MS = 60_000;

/**
 * The gateway that was named, or the one that runs from this folder.
 *
 * @throws CommandError that says how to name one
 */
export function findGateway(
  given: { readonly gateway?: string; readonly dataDir: string },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): GatewayAddress {
  const origin = given.gateway ?? environment['SWITCHYARD_GATEWAY'];
  const fleet = origin === undefined ? findRunningFleet(given.dataDir) : undefined;
  const token = environment['SWITCHYARD_ADMIN_TOKEN'] ?? fleet?.adminToken;
  const address = origin ?? fleet?.addresses.gateway;
  if (address === undefined) {
    throw new CommandError('No fleet runs from this folder: start one (npm start), or name a gateway with --gateway.');
  }
  if (token === undefined) throw new CommandError('The admin token is missing: set SWITCHYARD_ADMIN_TOKEN.');
  return { origin: address.replace(/\/$/, ''), token };
}

/** Talks to the admin API. */
export class GatewayClient {
  constructor(private readonly address: GatewayAddress) {}

  /**
   * Calls `/admin/api/<path>`.
   *
   * @throws CommandError with the API's own words when it refuses
   */
  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { origin, token } = this.address;
    let response: Response;
    try {
      response = await fetch(`${origin}/admin/api/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new CommandError(`The gateway at ${origin} does not answer: is it running, and is the address right?`);
    }
    const text = await response.text();
    if (!response.ok) throw new CommandError(refusalOf(response.status, text));
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }
}

function refusalOf(status: number, text: string): string {
  try {
    const { detail, remedy } = JSON.parse(text) as { detail?: string; remedy?: string };
    return [detail ?? `the gateway answered ${status}`, remedy].filter(Boolean).join('\n');
  } catch {
    return `the gateway answered ${status}`;
  }
}
