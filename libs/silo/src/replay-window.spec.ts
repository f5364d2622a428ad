import { ReplayWindow } from './replay-window';

describe(ReplayWindow.name, () => {
  it('remembers for more than ten minutes', () => {
    const window = new ReplayWindow();
    for (const [name, atMs] of [
      ['first', 0],
      ['last', 600_999],
    ] as const) {
      expect(window.remember(name, atMs)).toBe(true);
    }
    expect(window.remember('first', 601_000)).toBe(false);
    expect(window.remember('last', 1_201_000)).toBe(false);
  });

  it('forgets in the end', () => {
    const window = new ReplayWindow();
    window.remember('a', 0);
    window.remember('b', 601_000);
    window.remember('c', 1_202_000);
    expect(window.size).toBe(2);
    expect(window.remember('a', 1_202_001)).toBe(true);
  });

  it('never holds more than two generations; the oldest goes first', () => {
    const window = new ReplayWindow(10);
    for (let entry = 0; entry < 1000; entry++) {
      expect(window.remember(String(entry), entry)).toBe(true);
      expect(window.size).toBeLessThanOrEqual(20);
    }
    expect(window.remember('995', 1000)).toBe(false);
    expect(window.remember('1', 1000)).toBe(true);
  });
});
