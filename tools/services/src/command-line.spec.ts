import { readCommand } from './command-line';

describe('readCommand', () => {
  it.each([
    ['', 'help'],
    ['up --help', 'help'],
    ['up --postgres --redis --mail --json', 'up'],
    ['up --kafka', 'up'],
    ['up --postgres --data-dir somewhere', 'up'],
    ['mail-catcher --smtp-port 1025 --http-port 1080', 'mail-catcher'],
    ['up', 'mistake'],
    ['down', 'mistake'],
    ['up --unknown', 'mistake'],
    ['mail-catcher --smtp-port 99999', 'mistake'],
  ])('%j is %s', (line, kind) => {
    expect(readCommand(line.split(' ').filter((word) => word !== '')).kind).toBe(kind);
  });
});
