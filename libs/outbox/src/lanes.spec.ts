import fc from 'fast-check';
import { LaneCounts, laneOf, splitIntoLanes } from './lanes';

describe('lanes', () => {
  it('a mailbox gets more as its batches stay full, in powers of two, and fewer when they do not', () => {
    const counts = new LaneCounts();
    const full = [1, 2, 3, 4, 5].map(() => counts.next('a', true, 8));
    expect(full).toEqual([2, 4, 4, 8, 8]);
    expect([1, 2, 3, 4].map(() => counts.next('a', false, 8))).toEqual([2, 1, 1, 1]);
    expect(counts.next('b', true, 8)).toBe(2);
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [7, 4],
    [0, 1],
  ])('of %i free places it uses %i', (most, count) => {
    const counts = new LaneCounts();
    for (let round = 0; round < 5; round++) counts.next('a', true, 8);
    expect(counts.next('a', true, most)).toBe(count);
  });

  it('rows of one key are in one lane, in their order, and none is missing', () => {
    const rows = fc.array(fc.record({ lane: fc.nat(32_767), id: fc.nat() }), { maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.constantFrom(1, 2, 4, 8), (list, count) => {
        const lanes = splitIntoLanes(list, count);
        expect(lanes.flat()).toHaveLength(list.length);
        for (const { lane } of list) {
          const ofLane = list.filter((row) => row.lane === lane);
          expect(
            lanes.map((part) => part.filter((row) => row.lane === lane)).filter((part) => part.length > 0),
          ).toEqual([ofLane]);
        }
      }),
    );
  });

  it('a row that is ordered with everything keeps the batch together', () => {
    expect(splitIntoLanes([{ lane: 1 }, { lane: undefined }, { lane: 2 }], 8)).toHaveLength(1);
  });

  it('keys that differ in their last digit spread over the lanes', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let key = 0; key < 800; key++)
      counts[laneOf(`project-${key}`) % 8] = (counts[laneOf(`project-${key}`) % 8] ?? 0) + 1;
    for (const count of counts) expect([count > 60, count < 140]).toEqual([true, true]);
  });

  it('the lane of a key is the same in every release', () => {
    expect(['', 'a', '4711', 'PROJ-1'].map(laneOf)).toMatchInlineSnapshot(`
      [
        31755,
        12723,
        11295,
        28239,
      ]
    `);
  });
});
