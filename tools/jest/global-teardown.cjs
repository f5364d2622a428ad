// Stops what global-setup.cjs started.
module.exports = async () => {
  const child = globalThis.switchyardServices;
  if (child === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await ended;
  // Jest waits for open pipes, and complains about them.
  for (const pipe of [child.stdout, child.stderr]) pipe.destroy();
};
