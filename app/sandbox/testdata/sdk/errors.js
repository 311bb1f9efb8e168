'use strict';

const { assert, sdk, client, key, run, refused, coffee } = require('./sdk');
const { Charge, Checkout } = sdk.resources;
const errors = sdk.errors;

run({
  async 'InvalidRequestError'() {
    const error = await refused(Charge.create({ name: 'Coffee' }), errors.InvalidRequestError, 400);
    assert.strictEqual(error.message, 'Required parameter missing: pricing_type');
  },
  async 'InvalidRequestError for a price that is not asked for'() {
    await refused(Charge.create(coffee({ pricing_type: 'no_price' })), errors.InvalidRequestError, 400);
  },
  async 'InvalidRequestError for a limit beyond the limit'() {
    await refused(Charge.list({ limit: 101 }), errors.InvalidRequestError, 400);
  },
  async 'ValidationError'() {
    await refused(Charge.create(coffee({ name: 'x'.repeat(101) })), errors.ValidationError, 400);
  },
  async 'ValidationError of a change'() {
    const checkout = await Checkout.create(coffee());
    await refused(Checkout.updateById(checkout.id, { pricing_type: 'free' }), errors.ValidationError, 400);
  },
  async 'ResourceNotFoundError'() {
    await refused(Charge.retrieve('NOTTHERE'), errors.ResourceNotFoundError, 404);
    await refused(Checkout.deleteById('00000000-0000-4000-8000-000000000000'), errors.ResourceNotFoundError, 404);
  },
  async 'ParamRequiredError alone is never raised'() {
    const here = ['InvalidRequestError', 'ValidationError', 'ResourceNotFoundError', 'AuthenticationError'];
    const troubles = ['RateLimitExceededError', 'InternalServerError', 'ServiceUnavailableError'];
    const webhook = ['InvalidResponseError', 'SignatureVerificationError'];
    const bases = ['ApiError', 'CoinbaseError'];
    const raised = [].concat(here, troubles, webhook, bases);
    assert.deepStrictEqual(Object.keys(errors).filter((name) => !raised.includes(name)), ['ParamRequiredError']);
    assert.deepStrictEqual(raised.filter((name) => !errors[name]), []);
    for (const missing of ['name', 'description', 'pricing_type', 'local_price']) {
      const body = coffee();
      delete body[missing];
      const error = await Charge.create(body).then(() => null, (e) => e);
      assert.ok(!(error instanceof errors.ParamRequiredError), missing);
    }
  },
  async 'AuthenticationError'() {
    client.setApiKey('another-key');
    try {
      await refused(Charge.list(), errors.AuthenticationError, 401);
      await refused(Charge.create(coffee()), errors.AuthenticationError, 401);
    } finally {
      client.setApiKey(key);
    }
  },
});
