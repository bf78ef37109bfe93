import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FileTable } from '../../../server/src/core/base/fileTable.ts';

describe('addresses of places in files', () => {
  it('lead back to where they came from, whatever was asked for before', () => {
    const place = fc.record({
      file: fc.constantFrom('/a.yaml', '/b.yaml', '/c.yaml'),
      start: fc.nat(3000),
      length: fc.nat(2000),
      exact: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 20 }), (places) => {
        const table = new FileTable();
        const addresses = places.map(({ file, start, length, exact }) =>
          table.address(file, { start, end: start + length }, exact),
        );
        for (const [index, { file, start, length, exact }] of places.entries()) {
          const address = addresses[index] ?? { start: 0, end: 0 };
          assert.equal(address.end - address.start, length);
          assert.deepEqual(table.resolve('/own.yaml', address), { file, start, end: start + length, exact });
        }
      }),
    );
  });

  it('are told from places in the own file', () => {
    const table = new FileTable();
    table.address('/a.yaml', { start: 1, end: 2 }, true);
    assert.deepEqual(table.resolve('/own.yaml', { start: 1, end: 2 }), {
      file: '/own.yaml',
      start: 1,
      end: 2,
      exact: true,
    });
  });

  it('of spans that begin and end in different files lead to their start', () => {
    const table = new FileTable();
    const { start } = table.address('/a.yaml', { start: 7, end: 9 }, true);
    const { end } = table.address('/b.yaml', { start: 3, end: 4 }, true);
    assert.deepEqual(table.resolve('/own.yaml', { start, end }), { file: '/a.yaml', start: 7, end: 7, exact: false });
  });
});
