import { IncomingMessage } from 'node:http';
import { ServiceError } from './errors';

/** Why a request is not its caller's. */
interface Failure {
  /** Of the error, such as `InvalidSignatureException`. @default - there is none */
  readonly code?: string;
  readonly message?: string;
}

/**
 * Asks whether a request is signed with the secret, and the session token, of its access key.
 * @param authenticateUrl answers `{}`, or `{ code, message }` of the error
 * @param signingName what the service is called in signatures
 * @throws ServiceError with what the service answers to a signature that is not right
 */
export async function authenticate(authenticateUrl: string, signingName: string, request: IncomingMessage, body: Buffer): Promise<void> {
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/,]+\/\d{8}\/[^/,]+\/([^/,]+)\//.exec(request.headers.authorization ?? '')?.[1];
  if (scope !== signingName) {
    throw new ServiceError('InvalidSignatureException', `Credential should be scoped to correct service: '${signingName}'.`);
  }
  const headers = request.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 ? [[name, all[index + 1]]] : []));
  const response = await fetch(authenticateUrl, {
    method: 'POST',
    body: JSON.stringify({ service: signingName, method: request.method, target: request.url, headers, body: body.toString('base64') }),
  });
  if (!response.ok) {
    throw new Error(`${authenticateUrl} answered ${response.status}: ${await response.text()}`);
  }
  const { code, message } = await response.json() as Failure;
  if (code !== undefined) {
    throw new ServiceError(code, message ?? code);
  }
}
