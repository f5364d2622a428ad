import { SwitchyardError } from '@switchyard/primitives';
import { startMailCatcher } from './mail/mail-catcher';
import { readCommand, USAGE } from './command-line';
import { up } from './up';

/** Resolves when the owner is gone or asks to stop. */
function ownerLeaves({ ignoresInput }: { ignoresInput: boolean }): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => resolve();
    if (!ignoresInput) process.stdin.resume().once('end', leave).once('error', leave);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, leave);
  });
}

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  switch (command.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return;
    case 'mistake':
      process.stderr.write(`${command.message}\n\n${USAGE}`);
      process.exitCode = 64;
      return;
    case 'up': {
      const { addresses, stop } = await up(command);
      const lines = Object.entries(addresses).map(([name, address]) => `${name}: ${address}`);
      process.stdout.write(`${command.json ? JSON.stringify(addresses) : lines.join('\n')}\n`);
      await ownerLeaves({ ignoresInput: false });
      await stop();
      process.exit();
      break;
    }
    case 'mail-catcher': {
      const catcher = await startMailCatcher(command);
      process.stdout.write(`${JSON.stringify({ smtpUrl: catcher.smtpUrl, mailPage: catcher.pageUrl })}\n`);
      await ownerLeaves({ ignoresInput: command.staysWithoutInput });
      await catcher.stop();
      process.exit();
    }
  }
}

main().catch((error: unknown) => {
  const remedy = error instanceof SwitchyardError ? `${error.message} ${error.remedy}` : String(error);
  process.stderr.write(`${remedy}\n`);
  process.exit(1);
});
