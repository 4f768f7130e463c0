// Runs last: after all that the client sent, the contract must stand as it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings } from './standin.mjs';

// What the tests do on purpose: list without an owner, call an operation that is deprecated and
// retired. Everything else that standin finds is a mistake, of the client or of standin.
const onPurpose = new Set(['GetSessionList parameter-missing', 'VerifySession operation-deprecated', 'VerifySession operation-retired']);

test('standin found nothing in what the client sent rightly', async () => {
  const answer = await findings();
  const found = Array.isArray(answer) ? answer : answer.findings;
  assert.ok(Array.isArray(found), JSON.stringify(answer));
  const others = found.filter(({ operation, rule }) => !onPurpose.has(`${operation} ${rule}`));
  assert.deepEqual(others, []);
});
