import { Command } from 'commander';
import { explain } from './commands/explain';
import type { ExplainOptions } from './commands/explain';
import { findGateway, GatewayClient } from './gateway-client';
import { Output } from './output';

interface GlobalOptions {
  readonly gateway?: string;
  readonly dataDir: string;
  readonly json?: boolean;
}

/** The command line: `npm run switchyard -- …`. */
export function createProgram(): Command {
  const program = new Command('switchyard')
    .description('Asks and tells a gateway what its admin API can do.')
    .option('--gateway <address>', 'address of the gateway; the fleet of this folder when absent')
    .option('--data-dir <folder>', 'folder of the running fleet', '.switchyard')
    .option('--json', 'print the answer as JSON')
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();

  /** Gives a command the gateway and the place for its result. */
  const withGateway =
    <Arguments extends unknown[]>(run: (client: GatewayClient, output: Output, ...rest: Arguments) => Promise<void>) =>
    async (...rest: Arguments): Promise<void> => {
      const options = program.opts<GlobalOptions>();
      await run(new GatewayClient(findGateway(options)), new Output(options.json === true), ...rest);
    };

  program
    .command('explain')
    .description('where a recorded request would go and why; nothing is sent or stored')
    .argument('<file>', 'the request in HTTP text form; - for standard input')
    .option('--at <time>', 'when it came (ISO 8601): signatures that carry a time are judged then')
    .option('--sender <address>', 'IP address of its sender, where senders are known by address')
    .action(
      withGateway((client, output, file: string, options: ExplainOptions) => explain(client, file, options, output)),
    );
  return program;
}
