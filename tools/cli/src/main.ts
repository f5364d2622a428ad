import { CommanderError } from 'commander';
import { CommandError } from './gateway-client';
import { createProgram } from './program';

const MISTAKE = 64;

createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : MISTAKE;
    else {
      process.stderr.write(`${error instanceof CommandError ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  });
