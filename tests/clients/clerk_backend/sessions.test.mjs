// List, get, create, revoke, verify: what a backend does with sessions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClerkClient } from '@clerk/backend';
import { act, clerk, failure, url } from './standin.mjs';

test('a list has its sessions newest first, and their total', async () => {
  const first = await act('sign-in', { user_id: 'user_charles' });
  const second = await act('sign-in', { user_id: 'user_charles' });
  const list = await clerk.sessions.getSessionList({ userId: 'user_charles', limit: 2 });
  assert.deepEqual(
    list.data.map(session => session.id),
    [second.session.id, first.session.id],
  );
  assert.ok(list.totalCount >= 2);
  const rest = await clerk.sessions.getSessionList({ userId: 'user_charles', limit: 1, offset: 1 });
  assert.deepEqual(rest.data.map(session => session.id), [first.session.id]);
  assert.equal(rest.totalCount, list.totalCount);
});

test('a list can be asked for by status and by client', async () => {
  for (const status of ['abandoned', 'active', 'ended', 'expired', 'removed', 'replaced', 'revoked']) {
    const list = await clerk.sessions.getSessionList({ userId: 'user_ada', status });
    assert.ok(list.data.length > 0, status);
    assert.ok(list.data.every(session => session.status === status), status);
  }
  const { session } = await act('sign-in', { user_id: 'user_ada' });
  const list = await clerk.sessions.getSessionList({ clientId: session.client_id });
  assert.deepEqual(list.data.map(({ id }) => id), [session.id]);
});

test('a list without client and user is answered', async () => {
  const list = await clerk.sessions.getSessionList();
  assert.ok(list.data.length > 0);
});

test('a session is read with all that Clerk tells of it', async () => {
  const session = await clerk.sessions.getSession('sess_active');
  assert.equal(session.id, 'sess_active');
  assert.equal(session.userId, 'user_ada');
  assert.equal(session.status, 'active');
  assert.equal(session.lastActiveOrganizationId, 'org_engines');
  assert.equal(session.latestActivity.isMobile, false);
  assert.equal(session.actor, null);
  assert.ok(session.expireAt > Date.now());
  const impersonated = await clerk.sessions.getSession('sess_impersonated');
  assert.equal(impersonated.actor.sub, 'user_charles');
});

test('a session is created, read and revoked', async () => {
  const created = await clerk.sessions.createSession({ userId: 'user_ada' });
  assert.equal(created.status, 'active');
  assert.equal((await clerk.sessions.getSession(created.id)).id, created.id);
  assert.equal((await clerk.sessions.revokeSession(created.id)).status, 'revoked');
  assert.equal((await clerk.sessions.getSession(created.id)).status, 'revoked');
});

test('an unknown session is a 404 that the client understands', async () => {
  const error = await failure(clerk.sessions.getSession('sess_nobody'));
  assert.equal(error.status, 404);
  assert.equal(error.errors[0].code, 'resource_not_found');
  assert.equal(error.errors[0].longMessage, 'No session was found with id sess_nobody');
  assert.match(error.clerkTraceId, /^[0-9a-f]{32}$/);
});

test('an unknown or banned user gets no session', async () => {
  const unknown = await failure(clerk.sessions.createSession({ userId: 'user_nobody' }));
  assert.deepEqual([unknown.status, unknown.errors[0].code], [404, 'resource_not_found']);
  const banned = await failure(clerk.sessions.createSession({ userId: 'user_banned' }));
  assert.deepEqual([banned.status, banned.errors[0].code], [403, 'user_banned']);
});

test('a wrong key and a production key are told', async () => {
  const other = secretKey => createClerkClient({ secretKey, apiUrl: url, telemetry: { disabled: true } });
  const wrong = await failure(other('not_a_key').sessions.getSession('sess_active'));
  assert.deepEqual([wrong.status, wrong.errors[0].code], [401, 'clerk_key_invalid']);
  const live = await failure(other('sk_live_mock').sessions.createSession({ userId: 'user_ada' }));
  assert.deepEqual([live.status, live.errors[0].code], [400, 'request_invalid_for_environment']);
});

test('verifying a session is gone in the version that the client speaks', async () => {
  const { jwt } = await clerk.sessions.getToken('sess_active');
  const error = await failure(clerk.sessions.verifySession('sess_active', jwt));
  assert.deepEqual([error.status, error.errors[0].code], [410, 'operation_deprecated']);
});
