import { githubSignatureHeaders, sha256Hex, slackSignature } from './signatures';

describe('slackSignature', () => {
  // spec: slack.md §4.4
  it.each([
    ['', '94024097b1608721761982f75db0cc4a305540b798b64c38b59a18d60b605621'],
    [
      'team_id=T001&user_id=U1&channel_id=C1&channel_name=general&text=link&command=%2Fswitchyard',
      'f28067bda7c31a98004ed96e038129f26a1072c22d09364d8397ebc2d9b91d0c',
    ],
    [
      '{"type":"url_verification","challenge":"abc123"}',
      '64b534dc71d40a6f9af6bd3c72f69d1faed583f97487ac281a40ceb0a5378f7a',
    ],
    [
      '{"team_id":"T001","type":"event_callback","event":{"type":"message","text":"häß 🎉"}}',
      'f2ae1827121533b12b0df4b98d5caa1d81ae77c9ffc526c471010ae3193a9c4e',
    ],
    [Buffer.from('fffe00726177', 'hex'), 'b3cdca8ec242463968d7728d801f1e73c57307d88b627a8e72948e16eb8cc0f1'],
  ])('signs %j', (body, expected) => {
    expect(slackSignature(Buffer.from(body as string), '1700000000', 'switchyard-test-secret')).toBe(`v0=${expected}`);
  });
});

describe('githubSignatureHeaders', () => {
  it("signs GitHub's own example", () => {
    // From GitHub's page "Validating webhook deliveries".
    expect(githubSignatureHeaders(Buffer.from('Hello, World!'), "It's a Secret to Everybody")).toContain(
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    );
  });

  it('signs with SHA-1, too', () => {
    const headers = githubSignatureHeaders(Buffer.from('what do ya want for nothing?'), 'Jefe'); // RFC 2202, case 2
    expect(headers.slice(0, 2)).toEqual(['X-Hub-Signature', 'sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79']);
  });
});

it('hashes bytes', () => {
  expect(sha256Hex(Buffer.alloc(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
