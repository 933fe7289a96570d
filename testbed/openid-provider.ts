import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whom the provider signs in, with claims of the ID token. */
export type Person = { sub: string } & Record<string, unknown>;

/** What the provider does wrong with the next sign-in. */
export type ProviderFault =
  | 'wrong-nonce'
  | 'expired'
  | 'wrong-audience'
  | 'wrong-issuer'
  | 'wrong-signature'
  | 'no-id-token'
  | 'denied'
  | 'token-error'
  | 'hangs';

/** A small OpenID Connect provider on loopback: discovery, keys, authorization, token and userinfo endpoints. */
export interface OpenIdProvider extends AsyncDisposable {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The next who come are this person, and this goes wrong. */
  setPerson(person: Person, fault?: ProviderFault): void;
  /** Claims that only the userinfo endpoint tells. */
  setUserInfo(claims: Record<string, unknown>): void;
  /** Goes where a browser would be sent, and answers where it would be sent back to. */
  visit(url: string): Promise<URL>;
}

interface Grant {
  nonce: string | null;
  challenge: string | null;
  redirectUri: string;
  person: Person;
  fault: ProviderFault | null;
}

/** Starts one; it signs with a fresh RS256 key. */
export async function openIdProvider(): Promise<OpenIdProvider> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const clientId = 'nebula-test';
  const clientSecret = randomBytes(16).toString('hex');
  const codes = new Map<string, Grant>();
  let person: Person = { sub: 'nobody' };
  let fault: ProviderFault | null = null;
  let userInfo: Record<string, unknown> = {};
  let issuer = '';

  function idToken(grant: Grant): string {
    const now = Math.floor(Date.now() / 1000);
    const isExpired = grant.fault === 'expired';
    const claims = {
      iss: grant.fault === 'wrong-issuer' ? 'https://evil.example' : issuer,
      aud: grant.fault === 'wrong-audience' ? 'somebody-else' : clientId,
      iat: isExpired ? now - 7200 : now,
      exp: isExpired ? now - 3600 : now + 300,
      nonce: grant.fault === 'wrong-nonce' ? 'another' : grant.nonce,
      ...grant.person,
    };
    const text = [{ alg: 'RS256', kid: 'k1', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = grant.fault === 'wrong-signature' ? other : privateKey;
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  }

  async function token(request: IncomingMessage): Promise<[number, object]> {
    const form = new URLSearchParams(await bodyOf(request));
    const grant = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const basic = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64')
      .toString()
      .split(':')
      // Both halves are form-encoded first (RFC 6749 section 2.3.1).
      .map((half) => decodeURIComponent(half))
      .join(':');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (basic !== `${clientId}:${clientSecret}`) return [401, { error: 'invalid_client' }];
    const isRight = grant?.challenge === verifier && grant.redirectUri === form.get('redirect_uri');
    if (grant === undefined || !isRight || grant.fault === 'token-error')
      return [400, { error: 'invalid_grant' }];
    const access = { access_token: grant.person.sub, token_type: 'Bearer', expires_in: 300 };
    return [200, grant.fault === 'no-id-token' ? access : { ...access, id_token: idToken(grant) }];
  }

  function authorize(url: URL): string {
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    back.searchParams.set('iss', issuer);
    if (fault === 'denied') {
      back.searchParams.set('error', 'access_denied');
      return back.href;
    }
    const code = randomBytes(12).toString('hex');
    codes.set(code, {
      nonce: url.searchParams.get('nonce'),
      challenge: url.searchParams.get('code_challenge'),
      redirectUri: url.searchParams.get('redirect_uri') ?? '',
      person,
      fault,
    });
    back.searchParams.set('code', code);
    return back.href;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return send(response, 200, discovery(issuer));
      case '/keys':
        return send(response, 200, {
          keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
        });
      case '/authorize':
        response.writeHead(302, { location: authorize(url) }).end();
        return;
      case '/token':
        // One that hangs takes the question and says nothing.
        if (fault !== 'hangs') send(response, ...(await token(request)));
        return;
      case '/userinfo':
        return send(response, 200, { sub: person.sub, ...userInfo });
      default:
        return send(response, 404, {});
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, { error: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${portOf(server.address())}`;
  return {
    issuer,
    clientId,
    clientSecret,
    setPerson(next, wrong) {
      person = next;
      fault = wrong ?? null;
    },
    setUserInfo(claims) {
      userInfo = claims;
    },
    async visit(url) {
      const response = await fetch(url, { redirect: 'manual' });
      return new URL(response.headers.get('location') ?? '');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function discovery(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
