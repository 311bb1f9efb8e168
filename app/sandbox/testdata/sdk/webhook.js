'use strict';

const { assert, sdk, run } = require('./sdk');
const { Webhook, errors } = sdk;
const { Charge, Event } = sdk.resources;

// What was delivered comes as JSON on stdin: [{body in base64, signature}].
const deliveries = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const secret = process.env.SANDBOX_SECRET;

const types = [];
const checks = {};
deliveries.forEach(({ body, signature }, i) => {
  const raw = Buffer.from(body, 'base64').toString('utf8');
  checks['delivery ' + (i + 1)] = () => {
    const event = Webhook.verifyEventBody(raw, signature, secret);
    assert.ok(event instanceof Event);
    assert.ok(event.data instanceof Charge);
    assert.strictEqual(event.data.name, 'Café ₿');
    assert.strictEqual(Webhook.verifySigHeader(raw, signature, secret), true);
    assert.strictEqual(Webhook.computeSignature(raw, secret), signature);
    types.push(event.type);
  };
});

const first = deliveries[0];
const raw = Buffer.from(first.body, 'base64').toString('utf8');

run(Object.assign(checks, {
  'their types'() {
    assert.deepStrictEqual(types.sort(), ['charge:confirmed', 'charge:created', 'charge:pending']);
  },
  'SignatureVerificationError for another secret'() {
    assert.throws(() => Webhook.verifyEventBody(raw, first.signature, 'another secret'), errors.SignatureVerificationError);
    assert.throws(() => Webhook.verifySigHeader(raw, first.signature, 'another secret'), errors.SignatureVerificationError);
  },
  'SignatureVerificationError for other bytes'() {
    const altered = raw.replace('"charge:', '"Charge:');
    assert.notStrictEqual(altered, raw);
    assert.throws(() => Webhook.verifyEventBody(altered, first.signature, secret), errors.SignatureVerificationError);
  },
  'SignatureVerificationError for another signature'() {
    const signature = (first.signature[0] === '0' ? '1' : '0') + first.signature.slice(1);
    assert.throws(() => Webhook.verifyEventBody(raw, signature, secret), errors.SignatureVerificationError);
  },
  'InvalidResponseError for half a body'() {
    assert.throws(() => Webhook.verifyEventBody(raw.slice(0, raw.length / 2), first.signature, secret), errors.InvalidResponseError);
  },
  'InvalidResponseError without an event'() {
    assert.throws(() => Webhook.verifyEventBody('{"id":"1"}', first.signature, secret), errors.InvalidResponseError);
  },
}));
