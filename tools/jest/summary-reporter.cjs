/**
 * Prints after everything else why tests were skipped, and as the very last line how many passed and failed:
 * `12 passed, 0 failed`, with `, 3 skipped` when there are any. A suite that could not run counts as one failure.
 *
 * A skipped test says in its name why: `queue on Redis: skipped because redis-server is not installed`.
 */
const PATIENCE_MS = 60_000;

class SummaryReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((suite) => [
      ...(suite.skipped && suite.testResults.length === 0 ? [suite.testFilePath] : []),
      ...suite.testResults
        .filter(({ status }) => status === 'pending' || status === 'todo')
        .map(({ fullName }) => fullName),
    ]);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const counts = [`${results.numPassedTests} passed`, `${failed} failed`];
    if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
    const text = [...skipped.map((name) => `skipped: ${name}`), counts.join(', ')].join('\n');
    // Jest's own summary, the teardown and complaints about open handles come after the reporters.
    process.once('exit', () => process.stdout.write(`\n${text}\n`));
    this.endAnyway(results.success);
  }

  /** What a spec left open would keep the run, and so a build, from ever ending. The timer itself keeps nothing alive. */
  endAnyway(isSuccess) {
    const timer = setTimeout(() => {
      const open = process.getActiveResourcesInfo().join(', ');
      process.stderr.write(
        `\nThe run is ended ${PATIENCE_MS / 1000} s after its last test; a spec left open: ${open}\n`,
      );
      process.exit(isSuccess ? 0 : 1);
    }, PATIENCE_MS);
    timer.unref();
  }
}

module.exports = SummaryReporter;
