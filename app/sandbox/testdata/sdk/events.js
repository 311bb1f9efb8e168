'use strict';

const { assert, sdk, run, control, refused, called, coffee, ids } = require('./sdk');
const { Charge, Event } = sdk.resources;

const wanted = ['charge:confirmed', 'charge:pending', 'charge:created'];
let all;

run({
  async 'all, over three pages of which the last is exactly full'() {
    for (let i = 0; i < 2; i++) {
      const charge = await Charge.create(coffee());
      await control('POST', '/charges/' + charge.code + '/pay');
    }
    all = await Event.all({ limit: 2 });
    assert.deepStrictEqual(all.map((event) => event.type), wanted.concat(wanted));
    assert.ok(all.every((event) => event instanceof Event));
  },
  async 'their charges'() {
    assert.ok(all.every((event) => event.data instanceof Charge));
    assert.deepStrictEqual(all[0].data.timeline.map((step) => step.status), ['NEW', 'PENDING', 'COMPLETED']);
    assert.deepStrictEqual(all[2].data.timeline.map((step) => step.status), ['NEW']);
  },
  async 'retrieve'() {
    const event = await Event.retrieve(all[1].id);
    assert.ok(event instanceof Event);
    assert.strictEqual(event.type, 'charge:pending');
    assert.strictEqual(event.api_version, '2018-03-22');
    const [told] = await called((done) => Event.retrieve(all[1].id, done));
    assert.strictEqual(told.id, all[1].id);
  },
  async 'list'() {
    const [list, pagination] = await Event.list({ limit: 4, starting_after: all[0].id });
    assert.deepStrictEqual(ids(list), ids(all).slice(1, 5));
    assert.strictEqual(pagination.total, 6);
  },
  async 'list the other way round'() {
    const [list] = await called((done) => Event.list({ order: 'asc' }, done));
    assert.deepStrictEqual(ids(list), ids(all).reverse());
  },
  async 'retrieve one that is not there'() {
    await refused(Event.retrieve('00000000-0000-4000-8000-000000000000'), sdk.errors.ResourceNotFoundError, 404);
  },
});
