'use strict';

const { assert, sdk, client, run, control, refused, called, coffee } = require('./sdk');
const { Charge, Checkout } = sdk.resources;
const errors = sdk.errors;

// trouble is what the next call of charges gets.
const trouble = (kind, more) => control('POST', '/troubles', Object.assign({ kind, api: 'charges', times: 1 }, more));

run({
  async 'RateLimitExceededError'() {
    await trouble('rate_limit');
    const error = await refused(Charge.create(coffee()), errors.RateLimitExceededError, 429);
    assert.ok(Number(error.headers['retry-after']) >= 1, 'Retry-After: ' + error.headers['retry-after']);
  },
  async 'ServiceUnavailableError'() {
    await trouble('unavailable');
    const error = await refused(Charge.list(), errors.ServiceUnavailableError, 503);
    assert.ok(Number(error.headers['retry-after']) >= 1, 'Retry-After: ' + error.headers['retry-after']);
  },
  async 'only as often as asked for, and only there'() {
    await trouble('rate_limit');
    await Checkout.list();
    await refused(Charge.list(), errors.RateLimitExceededError, 429);
    await Charge.list();
  },
  async 'InternalServerError'() {
    await trouble('server_error');
    await refused(Charge.list(), errors.InternalServerError, 500);
  },
  async 'InternalServerError to a callback'() {
    await trouble('server_error');
    await assert.rejects(called((done) => Charge.all({}, done)), errors.InternalServerError);
  },
  async 'a cut connection'() {
    await trouble('reset');
    await assert.rejects(Charge.list(), (error) => ['ECONNRESET', 'EPIPE'].includes(error.code) || /hang up/.test(error.message));
  },
  async 'slower than the patience'() {
    await trouble('latency', { delay: '30s' });
    client.setRequestTimeout(200);
    try {
      await assert.rejects(Charge.list(), (error) => /TIMEDOUT/.test(error.code));
    } finally {
      client.setRequestTimeout(20000);
    }
  },
  async 'HTML, which this SDK throws at the process'() {
    await trouble('html_error');
    const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
    Charge.list().catch(() => {}); // it never tells
    assert.ok((await thrown) instanceof SyntaxError);
  },
  async 'nothing of it stays'() {
    await control('DELETE', '/troubles');
    await Charge.list();
  },
});
