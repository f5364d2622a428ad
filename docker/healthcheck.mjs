// What HEALTHCHECK runs: ends with 0 when the app in this container can do its work (/readyz), and with 1 when not.
// The image has no curl, on purpose.
const TIMEOUT_MS = 4000;
const address = `http://127.0.0.1:${process.env.SWITCHYARD_LISTEN_PORT}/readyz`;

try {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) console.error(`${response.status} ${await response.text()}`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.error(`${address}: ${error.cause?.code ?? error.name}`);
  process.exitCode = 1;
}
