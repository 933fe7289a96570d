import { AppError, causeChain } from '@nebula/errors';
import type { Site } from './passkeys.ts';

/** What a browser answers after making a passkey, all base64url (from `RegistrationResponseJSON` of WebAuthn level 3). */
export interface RegistrationAnswer {
  id: string;
  clientDataJSON: string;
  attestationObject: string;
  transports: string[];
}

/** What a browser answers after using a passkey, all base64url (from `AuthenticationResponseJSON`). */
export interface AuthenticationAnswer {
  id: string;
  clientDataJSON: string;
  authenticatorData: string;
  signature: string;
  userHandle?: string | undefined;
}

/** EdDSA, ES256, RS256 (COSE): every authenticator has one; asking for newer ones makes Node warn of experiments. */
const algorithms = [-8, -7, -257];

/** Options with which a browser makes a passkey that can sign in by itself; `except` names those the account has. */
export async function registrationOptions(
  site: Site,
  handle: string,
  user: { email: string; name: string },
  except: string[],
): Promise<{ options: object; challenge: string }> {
  const { generateRegistrationOptions } = await import('@simplewebauthn/server');
  const options = await generateRegistrationOptions({
    rpName: 'NebulaCommand',
    rpID: site.host,
    userName: user.email,
    userDisplayName: user.name,
    userID: new Uint8Array(Buffer.from(handle, 'base64url')),
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: except.map((id) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { options, challenge: options.challenge };
}

/** Options with which a browser uses a passkey: one of these, or any that it has for this host when there are none. */
export async function authenticationOptions(
  site: Site,
  ids: string[],
): Promise<{ options: object; challenge: string }> {
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
  const options = await generateAuthenticationOptions({
    rpID: site.host,
    userVerification: 'required',
    ...(ids.length === 0 ? {} : { allowCredentials: ids.map((id) => ({ id })) }),
  });
  return { options, challenge: options.challenge };
}

/** What is kept of a passkey that was made well. Throws PASSKEY_REFUSED. */
export async function provenRegistration(site: Site, challenge: string, answer: RegistrationAnswer) {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const { id, transports, ...response } = answer;
  const { verified, registrationInfo } = await orRefused(() =>
    verifyRegistrationResponse({
      response: { ...whole(id), response },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (!verified) throw new AppError('PASSKEY_REFUSED', 'This passkey does not prove itself.');
  const { credential, credentialBackedUp } = registrationInfo;
  return {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    data: { counter: credential.counter, transports, isSynced: credentialBackedUp },
  };
}

/** The counter after a use that is proven. Throws PASSKEY_REFUSED. */
export async function provenAuthentication(
  site: Site,
  challenge: string,
  known: { id: string; publicKey: string; counter: number },
  answer: AuthenticationAnswer,
): Promise<{ counter: number; isSynced: boolean }> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const { id, userHandle, ...signed } = answer;
  const { verified, authenticationInfo } = await orRefused(() =>
    verifyAuthenticationResponse({
      response: {
        ...whole(id),
        response: { ...signed, ...(userHandle === undefined ? {} : { userHandle }) },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: true,
      credential: {
        id: known.id,
        publicKey: new Uint8Array(Buffer.from(known.publicKey, 'base64url')),
        counter: known.counter,
      },
    }),
  );
  if (!verified) throw new AppError('PASSKEY_REFUSED', 'This passkey does not prove itself.');
  return { counter: authenticationInfo.newCounter, isSynced: authenticationInfo.credentialBackedUp };
}

function whole(id: string) {
  return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };
}

/** The library throws plain errors for whatever a stranger may send. */
async function orRefused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const [reason = ''] = causeChain(cause);
    throw new AppError('PASSKEY_REFUSED', `This passkey does not prove itself here (${reason}).`, { cause });
  }
}
