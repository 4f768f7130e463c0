// Tokens: made by the API, verified with its keys, taken as a sign-in or refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyToken } from '@clerk/backend';
import { act, clerk, failure, origin, secretKey, url } from './standin.mjs';

const verify = token => verifyToken(token, { secretKey, apiUrl: url, skipJwksCache: true });
const claimsOf = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
const withBearer = token =>
  new Request(`${origin}/`, { headers: { authorization: `Bearer ${token}` } });

test('a session token is verified with the keys of the API', async () => {
  const { jwt } = await clerk.sessions.getToken('sess_active');
  const claims = await verify(jwt);
  assert.equal(claims.sub, 'user_ada');
  assert.equal(claims.sid, 'sess_active');
  assert.equal(claims.v, 2);
  assert.equal(claims.exp - claims.iat, 60);
  assert.equal(claims.o.slg, 'engines');
});

test('a template token has the claims of its template', async () => {
  await act('add-template', {
    name: 'invoices',
    lifetime: 90,
    claims: { mail: '{{user.primary_email_address}}', greeting: 'Hello {{user.first_name}}', org: '{{org.slug}}' },
  });
  const { jwt } = await clerk.sessions.getToken('sess_active', 'invoices');
  const claims = await verify(jwt);
  assert.equal(claims.mail, 'ada@example.com');
  assert.equal(claims.greeting, 'Hello Ada');
  assert.equal(claims.org, 'engines');
  assert.equal(claims.exp - claims.iat, 90);
  assert.equal(claims.sid, undefined);
});

test('a template token lives as long as the caller says', async () => {
  const { jwt } = await clerk.sessions.getToken('sess_active', 'hasura', 120);
  const claims = claimsOf(jwt);
  assert.equal(claims.exp - claims.iat, 120);
});

test('an unknown template is a 404', async () => {
  const error = await failure(clerk.sessions.getToken('sess_active', 'nothing'));
  assert.deepEqual([error.status, error.errors[0].code], [404, 'resource_not_found']);
  assert.equal(error.errors[0].longMessage, 'No JWT template exists with name: nothing');
});

test('a session that is over gives no token', async () => {
  const error = await failure(clerk.sessions.getToken('sess_revoked'));
  assert.deepEqual([error.status, error.errors[0].code], [401, 'authentication_invalid']);
});

test('a request with a session token is signed in', async () => {
  const { jwt } = await clerk.sessions.getToken('sess_active');
  const state = await clerk.authenticateRequest(withBearer(jwt));
  assert.equal(state.isAuthenticated, true);
  const auth = state.toAuth();
  assert.equal(auth.userId, 'user_ada');
  assert.equal(auth.sessionId, 'sess_active');
  assert.equal(auth.orgId, 'org_engines');
  assert.equal(auth.orgRole, 'org:admin');
  assert.ok(auth.has({ permission: 'org:programs:write' }));
  assert.ok(!auth.has({ permission: 'org:members:write' }));
  assert.equal(await auth.getToken(), jwt);
  const fromTemplate = await auth.getToken({ template: 'hasura' });
  assert.equal(claimsOf(fromTemplate).aud, 'hasura');
});

test('a request with the cookies of a sign-in is signed in', async () => {
  const { session, session_token: token } = await act('sign-in', { user_id: 'user_ada', origin });
  const issued = claimsOf(token).iat;
  const request = new Request(`${origin}/`, {
    headers: { cookie: `__session=${token}; __client_uat=${issued}; __clerk_db_jwt=dvb_1` },
  });
  const state = await clerk.authenticateRequest(request, { authorizedParties: [origin] });
  assert.equal(state.reason, null);
  assert.equal(state.toAuth().sessionId, session.id);
});

test('an impersonated session names its actor', async () => {
  const { session_token: token } = await act('impersonate', {
    user_id: 'user_mary',
    actor_user_id: 'user_charles',
  });
  const state = await clerk.authenticateRequest(withBearer(token));
  assert.equal(state.toAuth().userId, 'user_mary');
  assert.equal(state.toAuth().actor.sub, 'user_charles');
});

test('a pending session is signed out unless it is asked for', async () => {
  const { session_token: token } = await act('sign-in', {
    user_id: 'user_charles',
    pending_tasks: ['choose-organization'],
  });
  const state = await clerk.authenticateRequest(withBearer(token));
  assert.equal(state.toAuth().userId, null);
  assert.equal(state.toAuth({ treatPendingAsSignedOut: false }).userId, 'user_charles');
});

test('a template token is no sign-in', async () => {
  const { jwt } = await clerk.sessions.getToken('sess_active', 'hasura');
  const state = await clerk.authenticateRequest(withBearer(jwt));
  assert.equal(state.isAuthenticated, false);
  assert.equal(state.reason, 'token-type-mismatch');
});
