// Stops what global-setup.cjs started.
// Kafka is the slowest to stop; what outlives this is ended by the guardian of the servers.
const PATIENCE_MS = 45_000;

module.exports = async () => {
  const child = globalThis.switchyardServices;
  if (child === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
  // Jest waits for open pipes, and complains about them.
  for (const pipe of [child.stdout, child.stderr]) pipe.destroy();
};
