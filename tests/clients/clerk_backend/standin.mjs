// What the tests share: Clerk's client, pointed at the standin that runs, and standin's own
// control surface. `tests/clients/run` starts standin and says where it is.
import { createClerkClient } from '@clerk/backend';

export const url = process.env.STANDIN_URL;
if (!url) {
  throw new Error('STANDIN_URL is not set: run tests/clients/run');
}

// Behind a proxy, what plays the API is somewhere else.
const surface = process.env.STANDIN_PLAYS ?? url;

export const secretKey = 'sk_test_mock';
export const origin = 'http://localhost:3000';
// Names the Frontend API, as Clerk's keys do; its end is a dollar sign.
export const publishableKey = `pk_test_${Buffer.from('standin.clerk.accounts.dev$').toString('base64')}`;

export const clerk = createClerkClient({
  secretKey,
  publishableKey,
  apiUrl: url,
  telemetry: { disabled: true },
});

async function control(method, path, body) {
  const response = await fetch(`${surface}/_standin${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} /_standin${path}: ${response.status} ${text}`);
  }
  return text === '' ? undefined : JSON.parse(text);
}

export const act = (action, body) => control('POST', `/apis/clerk-sessions/actions/${action}`, body);
export const clock = change => control('POST', '/clock', change);
export const findings = () => control('GET', '/findings');

/** Signs a user in as if it had happened two minutes ago: the token has expired by now. */
export async function signInLongAgo(userId = 'user_ada') {
  await clock({ set: new Date(Date.now() - 120_000).toISOString() });
  try {
    return await act('sign-in', { user_id: userId, origin });
  } finally {
    await clock({ resume: true });
  }
}

/** What a call of the client fails with. */
export async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the call was expected to fail');
}

/** The suffix of the instance's cookies, as the client derives it from the publishable key. */
export async function cookieSuffix() {
  const digest = await crypto.subtle.digest('sha-1', new TextEncoder().encode(publishableKey));
  return Buffer.from(digest).toString('base64url').substring(0, 8);
}
