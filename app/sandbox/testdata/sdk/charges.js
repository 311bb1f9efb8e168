'use strict';

const { assert, sdk, run, control, called, coffee, ids } = require('./sdk');
const { Charge } = sdk.resources;

const made = [];

run({
  async 'create'() {
    const charge = await Charge.create(coffee());
    assert.ok(charge instanceof Charge);
    assert.match(charge.code, /^[A-Z0-9]{8}$/);
    assert.deepStrictEqual(charge.pricing.local, { amount: '4.50', currency: 'EUR' });
    assert.deepStrictEqual(charge.metadata, { order_id: 'o1' });
    assert.deepStrictEqual(charge.timeline.map((step) => step.status), ['NEW']);
    made.unshift(charge.id);
  },
  async 'create with a callback'() {
    const [charge] = await called((done) => Charge.create(coffee(), done));
    assert.ok(charge instanceof Charge);
    made.unshift(charge.id);
  },
  async 'insert'() {
    const charge = new Charge(coffee());
    assert.strictEqual(await charge.insert(), charge);
    assert.strictEqual(charge.resource, 'charge');
    made.unshift(charge.id);
  },
  async 'insert what was inserted'() {
    const charge = new Charge({ id: made[0] });
    await assert.rejects(charge.insert(), /already added/);
  },
  async 'save'() {
    const charge = new Charge();
    Object.assign(charge, coffee({ name: 'Saved' }));
    await charge.save();
    assert.strictEqual(charge.name, 'Saved');
    assert.strictEqual((await Charge.retrieve(charge.id)).name, 'Saved');
    made.unshift(charge.id);
  },
  async 'save what was saved'() {
    const charge = await Charge.retrieve(made[0]);
    assert.throws(() => charge.save(), /can not be updated/);
  },
  async 'retrieve by id and by code'() {
    const byID = await Charge.retrieve(made[0]);
    assert.ok(byID instanceof Charge);
    assert.strictEqual((await Charge.retrieve(byID.code)).id, made[0]);
    const [told] = await called((done) => Charge.retrieve(made[0], done));
    assert.strictEqual(told.id, made[0]);
  },
  async 'retrieve a paid one'() {
    await control('POST', '/charges/' + (await Charge.retrieve(made[0])).code + '/pay');
    const paid = await Charge.retrieve(made[0]);
    assert.deepStrictEqual(paid.timeline.map((step) => step.status), ['NEW', 'PENDING', 'COMPLETED']);
    assert.strictEqual(paid.payments[0].status, 'CONFIRMED');
    assert.ok(paid.confirmed_at);
  },
  async 'fill up to six'() {
    while (made.length < 6) {
      made.unshift((await Charge.create(coffee())).id);
    }
  },
  async 'list'() {
    const [list, pagination] = await Charge.list({ limit: 2 });
    assert.ok(list.every((charge) => charge instanceof Charge));
    assert.deepStrictEqual(ids(list), made.slice(0, 2));
    assert.strictEqual(pagination.total, 6);
    assert.strictEqual(pagination.yielded, 2);
    assert.deepStrictEqual(pagination.cursor_range, made.slice(0, 2));
    assert.ok(pagination.next_uri);
  },
  async 'list with a callback'() {
    const [list, pagination] = await called((done) => Charge.list({ limit: 3, order: 'asc' }, done));
    assert.deepStrictEqual(ids(list), made.slice(3).reverse());
    assert.strictEqual(pagination.order, 'asc');
  },
  async 'list with cursors'() {
    const [after] = await Charge.list({ starting_after: made[1], limit: 2 });
    assert.deepStrictEqual(ids(after), made.slice(2, 4));
    const [before] = await Charge.list({ ending_before: made[4], limit: 2 });
    assert.deepStrictEqual(ids(before), made.slice(2, 4));
  },
  async 'list nothing'() {
    const [list, pagination] = await Charge.list({ limit: 0 });
    assert.deepStrictEqual(list, []);
    assert.strictEqual(pagination.total, 6);
  },
  async 'all, over three pages of which the last is exactly full'() {
    assert.deepStrictEqual(ids(await Charge.all({ limit: 2 })), made);
  },
  async 'all, over three pages of which the last is not full'() {
    made.unshift((await Charge.create(coffee())).id);
    assert.deepStrictEqual(ids(await Charge.all({ limit: 3, order: 'asc' })), made.slice().reverse());
  },
  async 'all with a callback'() {
    const [all] = await called((done) => Charge.all({}, done));
    assert.deepStrictEqual(ids(all), made);
    assert.ok(all.every((charge) => charge instanceof Charge));
  },
});
