// What the scripts beside this one share: the official SDK, aimed at the
// sandbox in the environment, and one line of JSON on stdout for each check.
'use strict';

const assert = require('assert');
const sdk = require(process.env.SDK_PATH);

const url = process.env.SANDBOX_URL;
const key = process.env.SANDBOX_KEY;
const base = url + '/commerce/';

console.warn = () => {}; // it warns of plain http, which loopback is
const client = sdk.Client.init(key, base, null, 20000);

// run does the checks one after the other and tells of each.
async function run(checks) {
  for (const [name, check] of Object.entries(checks)) {
    let error = '';
    try {
      await check();
    } catch (e) {
      error = (e && (e.stack || e.message)) || String(e);
    }
    process.stdout.write(JSON.stringify({ name, error }) + '\n');
  }
}

// control asks the sandbox for what no provider does.
async function control(method, path, body) {
  const answer = await fetch(url + '/control' + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.strictEqual(answer.status, 200, method + ' /control' + path + ': ' + (await answer.clone().text()));
  return (await answer.json()).data;
}

// refused expects a rejection of exactly that class.
async function refused(promise, kind, code) {
  const error = await promise.then(() => assert.fail('it was not refused'), (e) => e);
  assert.strictEqual(error.constructor, kind, 'refused with ' + error.constructor.name + ': ' + error.message);
  assert.ok(error instanceof sdk.errors.CoinbaseError);
  assert.strictEqual(error.code, code);
  assert.ok(error.message, 'it says nothing');
  assert.match(error.requestId, /^[0-9a-f-]{36}$/);
  return error;
}

// called turns the callback style into a promise.
function called(start) {
  return new Promise((resolve, reject) => {
    const quiet = start((error, ...rest) => (error ? reject(error) : resolve(rest)));
    quiet.catch(() => {}); // the callback has it already
  });
}

const coffee = (more) => Object.assign({
  name: 'Coffee', description: 'A cup', pricing_type: 'fixed_price',
  local_price: { amount: '4.50', currency: 'EUR' }, metadata: { order_id: 'o1' },
}, more);

const ids = (list) => list.map((item) => item.id);

module.exports = { assert, sdk, client, url, key, base, run, control, refused, called, coffee, ids };
