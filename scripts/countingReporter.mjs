// A mocha reporter: prints failures and a line of counts, and writes the counts as JSON to the file that the option `output` names.
import { writeFileSync } from 'node:fs';
import mocha from 'mocha';

export default class CountingReporter extends mocha.reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const began = Date.now();
    const counts = { passed: 0, failed: 0, skipped: 0 };
    runner.on('pass', () => counts.passed++);
    runner.on('fail', () => counts.failed++);
    runner.on('pending', () => counts.skipped++);
    runner.on('end', () => {
      this.failures.length > 0 && mocha.reporters.Base.list(this.failures);
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      console.log(`  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`);
      writeFileSync(options.reporterOption.output, JSON.stringify(counts));
    });
  }
}
