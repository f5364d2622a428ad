import { loadSettings } from '@switchyard/config';
import { inspect } from 'node:util';
import { siloKeySettings, SigningKeys } from './signing-keys';

const secret = (byte: number, length = 32) => Buffer.alloc(length, byte).toString('base64');

describe(SigningKeys.name, () => {
  it('reads a list; the first is the current one', () => {
    const keys = SigningKeys.parse(` new:${secret(250)} ,old:${secret(2, 64)},`);
    expect(keys.all.map((key) => key.id)).toEqual(['new', 'old']);
    expect(keys.current.id).toBe('new');
    expect(keys.current.key.export()).toEqual(Buffer.alloc(32, 250));
  });

  it.each([
    ['', 'it holds no key'],
    [' , ', 'it holds no key'],
    [secret(1), 'a key does not have the form id:base64'],
    [`a:${secret(1)}!`, 'a key does not have the form id:base64'],
    [`a b:${secret(1)}`, 'a key does not have the form id:base64'],
    [`a:${secret(1, 31)}`, 'a key is shorter than 32 bytes'],
    [`a:${secret(1)},a:${secret(2)}`, 'two keys have the same id'],
  ])('refuses %j', (text, message) => expect(() => SigningKeys.parse(text)).toThrow(message));

  it('shows no secret when printed or named in an error', () => {
    const encoded = secret(77);
    const keys = SigningKeys.parse(`a:${encoded}`);
    expect(inspect(keys, { depth: 9, showHidden: true }) + JSON.stringify(keys)).not.toContain(encoded.slice(0, 8));
    expect(() => loadSettings({ siloKeySettings }, { SWITCHYARD_SILO_KEYS: `a:${encoded}:${encoded}` })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(encoded.slice(0, 8)) as string }),
    );
  });

  it('is a required setting', () => {
    expect(() => loadSettings({ siloKeySettings }, {})).toThrow('SWITCHYARD_SILO_KEYS is not set');
  });
});
