import assert from 'node:assert/strict';
import {
  type Card,
  gravest,
  MAX_LINES,
  OK,
  problem,
  renderCard,
  unknown,
} from '../../../server/src/core/explain/card.ts';
import { linkTo } from '../../../server/src/core/explain/link.ts';
import { mergeCards } from '../../../server/src/core/explain/units.ts';

const many = (what: string) => Array.from({ length: 30 }, (_, index) => `${what} ${index}`);
const CARD: Card = {
  title: 'Service `a`',
  verdict: OK,
  here: many('here'),
  path: 'a → b',
  watch: many('watch'),
  verify: many('kubectl get'),
  question: { ask: 'Why?', answer: 'So.' },
};

describe('cards', () => {
  it('are cut to the lines of each detail, and say how much is left out', () => {
    for (const detail of ['short', 'full', 'interview'] as const) {
      const lines = renderCard(CARD, detail).split('\n');
      assert.ok(lines.length <= MAX_LINES[detail], `${detail}: ${lines.length}`);
      assert.ok(lines.some((line) => /^- … and \d+ more$/.test(line)));
    }
    assert.equal(renderCard({ title: 'T', verdict: unknown('w'), here: [] }, 'full'), '**T** — Unknown: w');
  });

  it('say once what several alternatives say', () => {
    const here = [1, 2].map((offset) => `on ${linkTo('Deployment/a', { file: '/a', offset })}`);
    assert.equal(renderCard({ title: 'T', verdict: OK, here }, 'full').split('\n').length, 4);
  });

  it('put a problem before what is unknown, and that before OK', () => {
    assert.deepEqual(gravest([OK, unknown('u'), problem('p'), problem('q')]), problem('p'));
    assert.deepEqual(gravest([OK, unknown('u')]), unknown('u'));
    assert.deepEqual(gravest([]), OK);
  });

  it('of several units become the gravest one', () => {
    const bad: Card = { ...CARD, verdict: problem('p'), here: ['x'] };
    const merged = mergeCards([
      { unit: 'dev', card: CARD },
      { unit: 'prod', card: bad },
    ]);
    assert.deepEqual(merged?.verdict, problem('p'));
    assert.deepEqual(merged?.here, ['units disagree: shown is `prod`; `dev` is OK', 'x']);
    assert.match(
      mergeCards([
        { unit: 'dev', card: bad },
        { unit: 'prod', card: bad },
      ])?.here[0] ?? '',
      /^the same in 2 units: `dev`, `prod`$/,
    );
    assert.equal(mergeCards([{ unit: '', card: bad }]), bad);
    assert.equal(mergeCards([]), undefined);
  });
});
