import 'mocha/mocha.js';
import { ask } from './harness.ts';

/** The browser build of mocha runs in every extension host. */
declare const Mocha: typeof import('mocha');

/** Runs the tests that `load` declares and reports each; rejects when one failed, as the caller of `run()` expects. */
export async function runSuite(load: () => void): Promise<void> {
  // A widget can lose a race for the focus on a busy machine: a test that fails is tried twice more before it counts.
  const mocha = new Mocha({ ui: 'bdd', reporter: Mocha.reporters.Base, timeout: 90_000, retries: 2 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  load();
  const events: Promise<unknown>[] = [];
  const report = (outcome: string, test: Mocha.Test, error?: Error): void => {
    const failure = error === undefined ? {} : { error: error.stack ?? String(error) };
    events.push(ask('test', { outcome, title: test.fullTitle(), ...failure }));
  };
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => report('passed', test));
    runner.on('fail', (test, error) => report('failed', test, error));
    runner.on('pending', (test) => report('skipped', test));
  });
  await Promise.all(events);
  await ask('end');
  if (failures > 0) throw new Error(`${failures} failed`);
}
