import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

/** What the stand-in does wrong. */
export interface Faults {
  readonly nonce?: string;
  readonly audience?: string;
  readonly isForged?: boolean;
}

interface Grant {
  readonly challenge: string;
  readonly nonce: string;
  readonly claims: JWTPayload;
  readonly faults: Faults;
}

/** An OpenID provider: discovery, keys, and codes that are good once and for who began. */
export class OpenIdStandIn {
  readonly secret = 'secret-of-the-client';
  private readonly grants = new Map<string, Grant>();

  private constructor(
    private readonly server: Server,
    private readonly key: CryptoKey,
    private readonly forgersKey: CryptoKey,
    private readonly publicKey: JWK,
  ) {
    server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(): Promise<OpenIdStandIn> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const { privateKey: forgersKey } = await generateKeyPair('RS256');
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return new OpenIdStandIn(server, privateKey, forgersKey, {
      ...(await exportJWK(publicKey)),
      kid: 'k1',
      alg: 'RS256',
      use: 'sig',
    });
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Stands for somebody who signs in at the page that they were sent to; gives the query that they come back with. */
  authorize(address: string, claims: JWTPayload, faults: Faults = {}): string {
    const { searchParams } = new URL(address);
    const read = (name: string): string => searchParams.get(name) ?? '';
    const code = randomUUID();
    this.grants.set(code, { challenge: read('code_challenge'), nonce: read('nonce'), claims, faults });
    return `?${new URLSearchParams({ code, state: read('state') }).toString()}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { issuer } = this;
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.url === '/.well-known/openid-configuration') {
      return json(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    }
    if (request.url === '/keys') return json(200, { keys: [this.publicKey] });
    let form = '';
    for await (const chunk of request) form += String(chunk);
    const fields = new URLSearchParams(form);
    const code = fields.get('code') ?? '';
    const grant = this.grants.get(code);
    this.grants.delete(code);
    const challenge = createHash('sha256')
      .update(fields.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant?.challenge !== challenge || fields.get('client_secret') !== this.secret) {
      return json(400, { error: 'invalid_grant' });
    }
    return json(200, { access_token: 'a', token_type: 'Bearer', id_token: await this.idToken(grant) });
  }

  private idToken({ nonce, claims, faults }: Grant): Promise<string> {
    return new SignJWT({ sub: '42', nonce: faults.nonce ?? nonce, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(this.issuer)
      .setAudience(faults.audience ?? 'switchyard')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(faults.isForged === true ? this.forgersKey : this.key);
  }
}
