// What Clerk's client sees through `standin record`, and sees again of the recording.
//
//   node recorded.mjs record FOLDER   calls STANDIN_URL through a recorder that is killed half-way
//   node recorded.mjs replay FOLDER   calls STANDIN_URL, which plays what was recorded
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createClerkClient, verifyToken } from '@clerk/backend';

const [mode, folder] = process.argv.slice(2);
const secretKey = 'sk_test_mock';
const seenFile = `${folder}/seen.json`;

/** What a backend does, one call or two a step; tokens are told by what they say. */
function steps(apiUrl) {
  const clerk = createClerkClient({ secretKey, apiUrl, telemetry: { disabled: true } });
  const plain = value => JSON.parse(JSON.stringify(value));
  const verified = async jwt =>
    plain(await verifyToken(jwt, { secretKey, apiUrl, skipJwksCache: true }));
  const refused = async promise => {
    const error = await promise.then(() => assert.fail('it was expected to fail'), error => error);
    // Without a status nobody answered.
    if (error.status === undefined) throw error;
    return [error.status, error.errors[0].code, error.errors[0].longMessage];
  };
  let created;
  const round = [
    async () => plain(await clerk.sessions.getSession('sess_active')),
    async () => plain(await clerk.sessions.getSessionList({ userId: 'user_ada', limit: 3 })),
    async () => verified((await clerk.sessions.getToken('sess_active')).jwt),
    async () => refused(clerk.sessions.getSession('sess_nobody')),
    async () => plain((created = await clerk.sessions.createSession({ userId: 'user_ada' }))),
    async () => plain(await clerk.sessions.getSession(created.id)),
    async () => plain(await clerk.sessions.revokeSession(created.id)),
    async () => plain(await clerk.sessions.getSession(created.id)),
  ];
  return [...round, ...round, ...round];
}

async function record() {
  const recorder = spawn(
    process.env.STANDIN,
    ['record', process.env.STANDIN_URL, '--spec', 'clerk', '--out', `${folder}/out`, '--format', 'json', '--port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: recorder.stdout });
  const [ready] = await new Promise(resolve => lines.once('line', line => resolve([JSON.parse(line)])));
  const seen = [];
  const all = steps(ready.url);
  for (const step of all) {
    if (seen.length === Math.floor((all.length * 2) / 3)) {
      recorder.kill('SIGKILL');
      await new Promise(resolve => recorder.once('exit', resolve));
    }
    try {
      seen.push(await step());
    } catch (error) {
      assert.ok(recorder.signalCode === 'SIGKILL', `it failed before the kill: ${error}`);
      break;
    }
  }
  writeFileSync(seenFile, JSON.stringify(seen));
  console.log(`recorded ${seen.length} of ${all.length} steps, then killed`);
}

async function replay() {
  const seen = JSON.parse(readFileSync(seenFile, 'utf8'));
  assert.ok(seen.length >= 16, `${seen.length} steps were recorded`);
  const all = steps(process.env.STANDIN_URL);
  for (const [number, expected] of seen.entries()) {
    assert.deepEqual(await all[number](), expected, `step ${number}`);
  }
  console.log(`replayed ${seen.length} steps without a difference`);
}

await (mode === 'record' ? record() : replay());
