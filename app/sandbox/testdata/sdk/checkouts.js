'use strict';

const { assert, sdk, run, refused, called, coffee, ids } = require('./sdk');
const { Checkout } = sdk.resources;
const { ResourceNotFoundError } = sdk.errors;

const offer = (more) => {
  const all = coffee(Object.assign({ requested_info: ['email'] }, more));
  delete all.metadata;
  return all;
};
const made = [];

run({
  async 'create'() {
    const checkout = await Checkout.create(offer());
    assert.ok(checkout instanceof Checkout);
    assert.deepStrictEqual(checkout.requested_info, ['email']);
    assert.deepStrictEqual(checkout.local_price, { amount: '4.50', currency: 'EUR' });
    made.unshift(checkout.id);
  },
  async 'create with a callback'() {
    const [checkout] = await called((done) => Checkout.create(offer(), done));
    made.unshift(checkout.id);
  },
  async 'insert'() {
    const checkout = new Checkout(offer());
    await checkout.insert();
    assert.ok(checkout.id);
    made.unshift(checkout.id);
  },
  async 'save a new one, then its change'() {
    const checkout = new Checkout(offer());
    await checkout.save();
    made.unshift(checkout.id);
    checkout.name = 'Tea';
    await checkout.save();
    const found = await Checkout.retrieve(checkout.id);
    assert.strictEqual(found.name, 'Tea');
    assert.strictEqual(found.description, 'A cup');
  },
  async 'retrieve'() {
    const checkout = await Checkout.retrieve(made[0]);
    assert.ok(checkout instanceof Checkout);
    assert.strictEqual(checkout.id, made[0]);
  },
  async 'update what is dirty'() {
    const checkout = await Checkout.retrieve(made[0]);
    checkout.local_price = { amount: '5.00', currency: 'EUR' };
    const [told] = await called((done) => checkout.update(done));
    assert.strictEqual(told, checkout);
    const found = await Checkout.retrieve(made[0]);
    assert.deepStrictEqual(found.local_price, { amount: '5.00', currency: 'EUR' });
    assert.strictEqual(found.name, 'Tea');
  },
  async 'updateById'() {
    const checkout = await Checkout.updateById(made[0], { description: 'A pot' });
    assert.ok(checkout instanceof Checkout);
    assert.strictEqual(checkout.description, 'A pot');
    const [told] = await called((done) => Checkout.updateById(made[0], { name: 'Chai' }, done));
    assert.strictEqual(told.name, 'Chai');
    assert.strictEqual(told.description, 'A pot');
  },
  async 'list'() {
    const [list, pagination] = await Checkout.list({ limit: 2 });
    assert.deepStrictEqual(ids(list), made.slice(0, 2));
    assert.strictEqual(pagination.total, 4);
    assert.ok(list.every((checkout) => checkout instanceof Checkout));
  },
  async 'all, over three pages of which the last is exactly full'() {
    while (made.length < 6) {
      made.unshift((await Checkout.create(offer())).id);
    }
    assert.deepStrictEqual(ids(await Checkout.all({ limit: 2 })), made);
  },
  async 'delete'() {
    const checkout = await Checkout.retrieve(made[0]);
    assert.strictEqual(await checkout.delete(), checkout);
    assert.strictEqual(checkout.id, undefined);
    await refused(Checkout.retrieve(made.shift()), ResourceNotFoundError, 404);
  },
  async 'deleteById'() {
    assert.ok(await Checkout.deleteById(made[0]) instanceof Checkout);
    await refused(Checkout.retrieve(made.shift()), ResourceNotFoundError, 404);
    const [told] = await called((done) => Checkout.deleteById(made.shift(), done));
    assert.ok(told instanceof Checkout);
    assert.deepStrictEqual(ids(await Checkout.all()), made);
  },
});
