import assert from 'node:assert/strict';
import { readFailure } from '../../../server/src/core/sources/helm/renderFailure.ts';

describe('readFailure', () => {
  it('finds the place in what Helm 4 and Helm 3 write', () => {
    const expected = {
      message: '<include "x.name" .>: error calling include: template: no template "x.name" found',
      source: 'shop/templates/web.yaml',
    };
    const four =
      'Error: shop/templates/web.yaml:20:12\n  executing "shop/templates/web.yaml" at <include "x.name" .>:\n    error calling include:\ntemplate: no template "x.name" found\n\nUse --debug flag to render out invalid YAML\n';
    const three =
      'Error: template: shop/templates/web.yaml:20:12: executing "shop/templates/web.yaml" at <include "x.name" .>: error calling include: template: no template "x.name" found\n';
    for (const text of [four, three]) {
      const { message, at } = readFailure(text);
      assert.deepEqual({ message, source: at?.source }, expected);
      assert.deepEqual([at?.line, at?.column], [20, 12]);
    }
  });

  it('takes the innermost place of a chain', () => {
    const text =
      'Error: template: shop/templates/web.yaml:2:3: executing "shop/templates/web.yaml" at <include "x" .>: error calling include: template: shop/templates/_helpers.tpl:7:5: executing "x" at <.Values.a.b>: nil pointer evaluating interface {}.b\n';
    const { message, at } = readFailure(text);
    assert.equal(message, '<.Values.a.b>: nil pointer evaluating interface {}.b');
    assert.deepEqual(at, { source: 'shop/templates/_helpers.tpl', line: 7, column: 5 });
  });

  it('reads what authors say with `fail` and `required`', () => {
    const { message, at } = readFailure(
      'Error: execution error at (shop/templates/web.yaml:6:11): set a host\n\nUse --debug flag to render out invalid YAML\n',
    );
    assert.equal(message, 'set a host');
    assert.deepEqual(at, { source: 'shop/templates/web.yaml', line: 6, column: 11 });
  });

  it('names dependencies that are not there', () => {
    const text =
      'Error: An error occurred while checking for chart dependencies. You may need to run `helm dependency build`: found in Chart.yaml, but missing in charts/ directory: db, queue\n';
    assert.match(readFailure(text).message, /^`db`, `queue` not in the `charts` folder/);
  });

  it('says something of anything', () => {
    assert.equal(readFailure('').message, 'helm gave no reason');
    assert.equal(readFailure('warning: x\nError: no such chart\n').message, 'no such chart');
  });
});
