import { storableText } from './storable-text';

describe('storableText', () => {
  it.each([
    ['plain', 10, 'plain'],
    ['', 10, ''],
    ['a\0b\0', 10, 'a\uFFFDb\uFFFD'],
    ['abcdef', 3, 'abc'],
    ['ab🎉', 4, 'ab🎉'],
    ['ab🎉', 3, 'ab'],
  ])('%j, %i characters: %j', (text, maxChars, expected) => {
    expect(storableText(text, maxChars)).toBe(expected);
  });
});
