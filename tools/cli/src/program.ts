import { Command } from 'commander';
import { dump, sync } from './commands/directory';
import type { DirectoryClients, SyncOptions } from './commands/directory';
import { explain } from './commands/explain';
import type { ExplainOptions } from './commands/explain';
import { hold, holds, release, retry, shed, sheds, unshed } from './commands/holds';
import { mailboxes } from './commands/mailboxes';
import { moveOrganization } from './commands/moves';
import type { MoveOptions } from './commands/moves';
import { auditLog, bulk, cancel, operations } from './commands/operations';
import type { BulkOptions } from './commands/operations';
import { createToken, revokeToken, tokens } from './commands/tokens';
import { failed, undelivered } from './commands/webhooks';
import type { SelectionOptions } from './commands/webhooks';
import { AdminClient, findGateway, findNotifier } from './gateway-client';
import { Output } from './output';

interface GlobalOptions {
  readonly gateway?: string;
  readonly notifier?: string;
  readonly dataDir: string;
  readonly json?: boolean;
}

/** The command line: `npm run switchyard -- …`. */
export function createProgram(): Command {
  const program = new Command('switchyard')
    .description('Asks and tells a gateway what its admin API can do.')
    .option('--gateway <address>', 'address of the gateway; the fleet of this folder when absent')
    .option('--notifier <address>', 'address of the webhook notifier; the fleet of this folder when absent')
    .option('--data-dir <folder>', 'folder of the running fleet', '.switchyard')
    .option('--json', 'print the answer as JSON')
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();

  /** Gives a command the gateway and the place for its result. */
  const withGateway =
    <Arguments extends unknown[]>(run: (client: AdminClient, output: Output, ...rest: Arguments) => Promise<void>) =>
    async (...rest: Arguments): Promise<void> => {
      const options = program.opts<GlobalOptions>();
      await run(new AdminClient(findGateway(options)), new Output(options.json === true), ...rest);
    };

  /** Gives a command both apps that hold the directory. */
  const withDirectory =
    <Arguments extends unknown[]>(
      run: (clients: DirectoryClients, output: Output, ...rest: Arguments) => Promise<void>,
    ) =>
    async (...rest: Arguments): Promise<void> => {
      const options = program.opts<GlobalOptions>();
      const notifier = findNotifier(options);
      const clients = {
        gateway: new AdminClient(findGateway(options)),
        notifier: notifier === undefined ? undefined : new AdminClient(notifier),
      };
      await run(clients, new Output(options.json === true), ...rest);
    };

  program
    .command('dump')
    .description(
      'the directory as a file: regions, organizations, integrations, installations, apps; secrets as references',
    )
    .action(withDirectory((clients, output) => dump(clients, output)));
  program
    .command('sync')
    .description('brings the directory to what a file says; shows a plan unless --yes is given')
    .argument('<file>', 'YAML or JSON, as `dump` writes it; - for standard input')
    .option('--prune', 'disable what the file does not name')
    .option('--yes', 'carry it out')
    .action(
      withDirectory((clients, output, file: string, options: SyncOptions) => sync(clients, file, options, output)),
    );
  program
    .command('explain')
    .description('where a recorded request would go and why; nothing is sent or stored')
    .argument('<file>', 'the request in HTTP text form; - for standard input')
    .option('--at <time>', 'when it came (ISO 8601): signatures that carry a time are judged then')
    .option('--sender <address>', 'IP address of its sender, where senders are known by address')
    .action(
      withGateway((client, output, file: string, options: ExplainOptions) => explain(client, file, options, output)),
    );

  program
    .command('mailboxes')
    .description('what waits where: depth, age, lateness, state')
    .option('--limit <n>', 'most mailboxes', '100')
    .action(withGateway((client, output, options: { limit: string }) => mailboxes(client, options, output)));
  program
    .command('holds')
    .description('what is held, why and by whom')
    .action(withGateway((client, output) => holds(client, output)));
  program
    .command('hold')
    .description(
      'holds deliveries of a mailbox, an integration (provider:id), an organization or a region; storing goes on',
    )
    .argument('<scope>', 'mailbox, integration, organization or region')
    .argument('<value>', 'its name')
    .requiredOption('--reason <text>', 'why, for the others')
    .action(
      withGateway((client, output, scope: string, value: string, options: { reason: string }) =>
        hold(client, scope, value, options, output),
      ),
    );
  program
    .command('release')
    .description('ends a hold')
    .argument('<scope>', 'mailbox, integration, organization or region')
    .argument('<value>', 'its name')
    .action(withGateway((client, output, scope: string, value: string) => release(client, scope, value, output)));
  program
    .command('retry')
    .description('tries mailboxes now that wait for the end of a backoff')
    .argument('<mailbox...>', 'their names')
    .action(withGateway((client, output, names: string[]) => retry(client, names, output)));

  selecting(program.command('failed').description('what failed: dead letters and why')).action(
    withGateway((client, output, options: SelectionOptions) => failed(client, options, output)),
  );
  selecting(program.command('undelivered').description('what never arrived: waiting or dead')).action(
    withGateway((client, output, options: SelectionOptions) => undelivered(client, options, output)),
  );
  for (const [name, kind, description] of BULK_COMMANDS) {
    const command = selecting(program.command(name).description(`${description}; shows a plan unless --yes is given`));
    if (kind.startsWith('replay')) command.option('--to <region>', 'to this region instead of their own');
    command
      .option('--yes', 'run it')
      .action(withGateway((client, output, options: BulkOptions) => bulk(client, kind, options, output)));
  }
  program
    .command('move-organization')
    .description(
      'moves an organization to another region: holds, switches, waits; --finish lets the new region have its webhooks',
    )
    .argument('<organization>', 'its id')
    .argument('[region]', 'where to; without it, how the move stands')
    .option('--finish', 'the data is copied: end the holds')
    .action(
      withGateway((client, output, organization: string, region: string | undefined, options: MoveOptions) =>
        moveOrganization(client, organization, region, options, output),
      ),
    );
  program
    .command('sheds')
    .description('what is turned away with 429')
    .action(withGateway((client, output) => sheds(client, output)));
  program
    .command('shed')
    .description("turns a provider's webhooks away with 429, or those of one integration")
    .argument('<provider>', 'its key')
    .argument('[integration]', 'id of the integration; all when absent')
    .requiredOption('--reason <text>', 'why, for the others')
    .action(
      withGateway((client, output, provider: string, integration: string | undefined, options: { reason: string }) =>
        shed(client, provider, integration, options, output),
      ),
    );
  program
    .command('unshed')
    .description('takes them again')
    .argument('<provider>', 'its key')
    .argument('[integration]', 'id of the integration; all when absent')
    .action(
      withGateway((client, output, provider: string, integration: string | undefined) =>
        unshed(client, provider, integration, output),
      ),
    );
  program
    .command('operations')
    .description('bulk actions and how far they are')
    .action(withGateway((client, output) => operations(client, output)));
  program
    .command('cancel')
    .description('stops a bulk action; what is done stays done')
    .argument('<id>', 'of the operation')
    .action(withGateway((client, output, id: string) => cancel(client, id, output)));
  program
    .command('audit-log')
    .description('what operators did')
    .action(withGateway((client, output) => auditLog(client, output)));
  const tokenCommands = program.command('tokens').description('personal tokens of the admin API');
  tokenCommands
    .command('list')
    .description('who has one, for what and until when')
    .action(withGateway((client, output) => tokens(client, output)));
  tokenCommands
    .command('create')
    .description('makes one and shows it, once')
    .argument('<name>', 'whose it is; stands in the audit log')
    .option('--scope <scope>', 'viewer, operator or admin', 'viewer')
    .option('--days <n>', 'how long it is good for', '90')
    .action(
      withGateway((client, output, name: string, options: { scope: string; days: string }) =>
        createToken(client, name, options, output),
      ),
    );
  tokenCommands
    .command('revoke')
    .description('ends one')
    .argument('<id>', 'as listed')
    .action(withGateway((client, output, id: string) => revokeToken(client, id, output)));
  return program;
}

const BULK_COMMANDS = [
  ['replay', 'replay', 'delivers dead letters again, in their order'],
  ['replay-delivered', 'replay_delivered', 'delivers once more what was delivered, where payloads are kept'],
  ['discard-failed', 'discard_dead', 'removes dead letters'],
  ['discard-waiting', 'discard_waiting', 'takes webhooks out of their mailboxes'],
] as const;

/** The conditions that choose webhooks; all that are given must hold. */
function selecting(command: Command): Command {
  return command
    .option('--mailbox <name>')
    .option('--provider <key>')
    .option('--region <name>')
    .option('--integration <id>', 'id of the integration')
    .option('--reason <word>', 'why they are dead: attempts_exceeded, expired, rejected_conflict, …')
    .option('--since <time>', 'received since: ISO 8601, or 30m, 2h, 1d ago')
    .option('--until <time>', 'received before')
    .option('--limit <n>', 'most entries of a list');
}
