// Refreshing an expired session token: by hand, by authenticateRequest, and in vain.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act, clerk, cookieSuffix, failure, origin, signInLongAgo } from './standin.mjs';

const claimsOf = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

const asked = (signedIn, changes = {}) => ({
  expired_token: signedIn.session_token,
  refresh_token: signedIn.refresh_token,
  request_origin: origin,
  request_headers: { 'user-agent': ['test'] },
  request_originating_ip: '203.0.113.7',
  ...changes,
});

async function refused(signedIn, changes, session = signedIn.session.id) {
  const error = await failure(clerk.sessions.refreshSession(session, asked(signedIn, changes)));
  assert.equal(error.status, 401);
  return error.errors[0].code;
}

test('an expired token is exchanged once', async () => {
  const signedIn = await signInLongAgo();
  const token = await clerk.sessions.refreshSession(signedIn.session.id, asked(signedIn, { format: 'token' }));
  const claims = claimsOf(token.jwt);
  assert.equal(claims.sid, signedIn.session.id);
  assert.equal(claims.azp, origin);
  assert.equal(await refused(signedIn), 'session_refresh_expired_session_token_consumed');
});

test('a refresh can answer with cookies', async () => {
  const signedIn = await signInLongAgo();
  const answer = await clerk.sessions.refreshSession(
    signedIn.session.id,
    asked(signedIn, { format: 'cookie', suffixed_cookies: true }),
  );
  assert.ok(answer.cookies.some(cookie => cookie.startsWith('__session=')));
});

test('every reason against a refresh has its code', async () => {
  const signedIn = await signInLongAgo();
  const other = await signInLongAgo();
  assert.equal(await refused(signedIn, { request_origin: 'nowhere' }), 'refresh_request_origin_invalid');
  assert.equal(await refused(signedIn, { expired_token: 'no.real.token' }), 'expired_session_token_invalid');
  assert.equal(
    await refused(signedIn, { request_origin: 'https://elsewhere.example' }),
    'refresh_request_origin_azp_mismatch',
  );
  assert.equal(await refused(signedIn, {}, other.session.id), 'refresh_sid_mismatch');
  assert.equal(await refused(signedIn, { refresh_token: 'unknown' }), 'refresh_token_not_found');
  const made = await clerk.sessions.getToken(signedIn.session.id);
  assert.equal(await refused(signedIn, { expired_token: made.jwt }), 'expired_session_token_missing_azp');
  const fresh = await act('sign-in', { user_id: 'user_ada', origin });
  assert.equal(await refused(fresh), 'session_refresh_session_token_ineligible');
  await clerk.sessions.revokeSession(signedIn.session.id);
  assert.equal(await refused(signedIn), 'session_refresh_inactive_session');
});

test('a request with an expired token is refreshed, and then handed over', async () => {
  const signedIn = await signInLongAgo();
  const suffix = await cookieSuffix();
  const issued = claimsOf(signedIn.session_token).iat;
  const cookies = [
    `__session_${suffix}=${signedIn.session_token}`,
    `__client_uat_${suffix}=${issued}`,
    `__refresh_${suffix}=${signedIn.refresh_token}`,
    `__clerk_db_jwt_${suffix}=dvb_1`,
  ];
  const request = () =>
    new Request(`${origin}/`, {
      headers: { cookie: cookies.join('; '), accept: 'text/html', 'sec-fetch-dest': 'document', host: 'localhost:3000' },
    });
  const refreshed = await clerk.authenticateRequest(request());
  assert.equal(refreshed.status, 'signed-in');
  assert.equal(refreshed.toAuth().sessionId, signedIn.session.id);
  assert.ok(refreshed.headers.get('set-cookie')?.includes('__session='));
  const again = await clerk.authenticateRequest(request());
  assert.equal(again.status, 'handshake');
  assert.match(again.reason, /session_refresh_expired_session_token_consumed|session-token-expired/);
});
