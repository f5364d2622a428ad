import { readHttpText } from './http-text';

describe(readHttpText.name, () => {
  it.each(['\r\n', '\n'])('reads a request whose lines end in %j, its body byte for byte', (end) => {
    const head = ['post https://hooks.example.com/extensions/github/webhook/?a=b HTTP/1.1', 'Host: x', 'X-Time: a:b'];
    const body = Buffer.from([0x7b, 0xff, 0x0a, 0x0a, 0x0d, 0x7d]);
    const recorded = readHttpText(Buffer.concat([Buffer.from([...head, '', ''].join(end)), body]));
    expect(recorded).toEqual({
      method: 'POST',
      path: '/extensions/github/webhook/?a=b',
      headers: [
        ['Host', 'x'],
        ['X-Time', 'a:b'],
      ],
      body,
    });
  });

  it('needs neither headers nor a body nor a version', () => {
    expect(readHttpText(Buffer.from('GET /extensions/jira/descriptor/\n'))).toMatchObject({
      method: 'GET',
      headers: [],
    });
  });

  it.each([
    ['', 'line 1'],
    ['{"json": true}', 'line 1'],
    ['POST /x\nno header\n\n', 'line 2'],
    ['POST /x\nA: b\n: c\n\n', 'line 3'],
  ])('%j: says which line is wrong', (text, line) => {
    expect(() => readHttpText(Buffer.from(text))).toThrow(line);
  });
});
