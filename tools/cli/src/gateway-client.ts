import { findRunningFleet } from '@switchyard/fleet';

/** Whose admin API to talk to. */
export interface AdminAddress {
  /** In messages: `gateway`. */
  readonly app: 'gateway' | 'notifier';
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
): AdminAddress {
  const origin = given.gateway ?? environment['SWITCHYARD_GATEWAY'];
  const fleet = origin === undefined ? findRunningFleet(given.dataDir) : undefined;
  const token = environment['SWITCHYARD_ADMIN_TOKEN'] ?? fleet?.adminToken;
  const address = origin ?? fleet?.addresses.gateway;
  if (address === undefined) {
    throw new CommandError('No fleet runs from this folder: start one (npm start), or name a gateway with --gateway.');
  }
  if (token === undefined) throw new CommandError('The admin token is missing: set SWITCHYARD_ADMIN_TOKEN.');
  return { app: 'gateway', origin: address.replace(/\/$/, ''), token };
}

/** The notifier that was named, or the one that runs from this folder; `undefined` when there is none. */
export function findNotifier(
  given: { readonly notifier?: string; readonly dataDir: string },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AdminAddress | undefined {
  const named = given.notifier ?? environment['SWITCHYARD_NOTIFIER'];
  const fleet = named === undefined ? findRunningFleet(given.dataDir) : undefined;
  const address = named ?? fleet?.addresses.notifier;
  const token =
    environment['SWITCHYARD_NOTIFIER_ADMIN_TOKEN'] ?? environment['SWITCHYARD_ADMIN_TOKEN'] ?? fleet?.adminToken;
  if (address === undefined || token === undefined) return undefined;
  return { app: 'notifier', origin: address.replace(/\/$/, ''), token };
}

/** Talks to the admin API. */
export class AdminClient {
  constructor(private readonly address: AdminAddress) {}

  /**
   * Calls `/admin/api/<path>`.
   *
   * @throws CommandError with the API's own words when it refuses
   */
  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { app, origin, token } = this.address;
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
      throw new CommandError(`The ${app} at ${origin} does not answer: is it running, and is the address right?`);
    }
    const text = await response.text();
    if (!response.ok) throw new CommandError(refusalOf(app, response.status, text));
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }
}

function refusalOf(app: string, status: number, text: string): string {
  try {
    const { detail, remedy } = JSON.parse(text) as { detail?: string; remedy?: string };
    return [detail ?? `the ${app} answered ${status}`, remedy].filter(Boolean).join('\n');
  } catch {
    return `the ${app} answered ${status}`;
  }
}
