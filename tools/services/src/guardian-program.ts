/**
 * What the guardian's process runs, as text for `node -e`, so that it needs no file beside whichever bundle starts it.
 *
 * Standard input carries one JSON object per line, `{"add": {...}}` or `{"remove": pid}`. Its end means that the owner is
 * gone: then every process that is still listed is asked to stop, killed when it does not, and its folder removed.
 */
export const GUARDIAN_PROGRAM = String.raw`
const fs = require('node:fs');
const path = require('node:path');
process.title = 'switchyard-guardian';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const wards = new Map();
const runs = ({ pid, startTime }) => {
  if (process.platform === 'linux') {
    try {
      const stat = fs.readFileSync('/proc/' + pid + '/stat', 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] !== 'Z' && (startTime === undefined || fields[19] === startTime);
    } catch { return false; }
  }
  try { process.kill(pid, 0); return true; } catch (error) { return error.code === 'EPERM'; }
};
const signal = (ward, name) => { try { if (runs(ward)) process.kill(ward.pid, name); } catch {} };

function stopAll() {
  const deadline = performance.now() + Math.max(0, ...[...wards.values()].map(({ graceMs }) => graceMs));
  for (const ward of wards.values()) signal(ward, ward.signal);
  let killed = false;
  const timer = setInterval(() => {
    if ([...wards.values()].some(runs)) {
      if (performance.now() < deadline) return;
      for (const ward of wards.values()) signal(ward, 'SIGKILL');
      if (!killed) { killed = true; return; }
      if (performance.now() < deadline + 2000) return;
    }
    clearInterval(timer);
    for (const { directory } of wards.values()) {
      if (directory && path.basename(directory).startsWith('switchyard-'))
        try { fs.rmSync(directory, { recursive: true, force: true }); } catch {}
    }
  }, 50);
}

const lines = require('node:readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { add, remove } = JSON.parse(line);
  if (add) wards.set(add.pid, add);
  else wards.delete(remove);
});
lines.on('close', stopAll);
`;
