import assert from 'node:assert/strict';
import { scheduleFault } from '../../../../../server/src/core/k8s/api/validation/workloads/controllers/schedule.ts';
import { isTimeZone } from '../../../../../server/src/core/k8s/api/validation/workloads/controllers/timeZones.ts';
import { LABELS, refusedIn, table, template } from './manifests.ts';

const ONCE = template({ restartPolicy: 'Never' });
const labelled = (labels: object) => ({ metadata: { labels }, spec: ONCE.spec });

table('a Job', 'batch/v1 Job', 'spec.', (fields) => ({ spec: { template: ONCE, ...fields } }), [
  ['ends', {}],
  ['does not restart always', { template: template() }, 'template.spec.restartPolicy'],
  [
    'counts',
    { parallelism: -1, backoffLimit: -1, ttlSecondsAfterFinished: -1 },
    'parallelism',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ],
  ['has one of two modes', { completionMode: 'indexed' }, 'completionMode'],
  ['counts failures of each index', { backoffLimitPerIndex: 1 }, 'backoffLimitPerIndex'],
  ['counts indexes', { completionMode: 'Indexed', parallelism: 2 }, 'completions'],
  ['counts its indexes once by default', { completionMode: 'Indexed' }],
  [
    'fails no more often than it runs',
    { completionMode: 'Indexed', completions: 2, maxFailedIndexes: 3 },
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ],
  ['selects by itself', { selector: { matchLabels: LABELS }, template: labelled(LABELS) }, 'selector'],
  ['selects by hand', { manualSelector: true, selector: { matchLabels: LABELS }, template: labelled(LABELS) }],
  ['selects something by hand', { manualSelector: true }, 'selector', 'template.metadata.labels'],
  [
    'is labelled by the server',
    { template: labelled({ 'controller-uid': 'x', 'job-name': 'web' }) },
    'template.metadata.labels[controller-uid]',
  ],
  ['is run by another', { managedBy: 'me' }, 'managedBy'],
  ['is replaced when failed', { podReplacementPolicy: 'Always' }, 'podReplacementPolicy'],
  [
    'fails by rules',
    { podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1, 42] } }] } },
  ],
  [
    'fails by valid rules',
    {
      podFailurePolicy: {
        rules: [
          { action: 'FailIndex', onExitCodes: { operator: 'In', containerName: 'x', values: [3, 0, 3] } },
          { action: 'Ignore', onPodConditions: [{ type: 'a b', status: 'Maybe' }] },
          {},
        ],
      },
    },
    'podFailurePolicy.rules[0].action',
    'podFailurePolicy.rules[0].onExitCodes.containerName',
    'podFailurePolicy.rules[0].onExitCodes.values',
    'podFailurePolicy.rules[0].onExitCodes.values[1]',
    'podFailurePolicy.rules[0].onExitCodes.values[2]',
    'podFailurePolicy.rules[1].onPodConditions[0].type',
    'podFailurePolicy.rules[1].onPodConditions[0].status',
    'podFailurePolicy.rules[2]',
    'podFailurePolicy.rules[2].action',
  ],
  ['succeeds by index', { successPolicy: { rules: [{ succeededCount: 1 }] } }, 'successPolicy'],
  [
    'succeeds by indexes that it has',
    {
      completionMode: 'Indexed',
      completions: 3,
      successPolicy: {
        rules: [
          { succeededIndexes: '0-2' },
          { succeededIndexes: '1-3' },
          { succeededIndexes: '2,1' },
          {},
          { succeededIndexes: '0', succeededCount: 2 },
        ],
      },
    },
    'successPolicy.rules[1].succeededIndexes',
    'successPolicy.rules[2].succeededIndexes',
    'successPolicy.rules[3]',
    'successPolicy.rules[4].succeededCount',
  ],
]);

describe('the name of a Job', () => {
  const name = 'x'.repeat(63);
  it('becomes a label', () => {
    assert.deepEqual(refusedIn('batch/v1 Job', { metadata: { name }, spec: { template: ONCE } }), []);
    const refused = refusedIn('batch/v1 Job', { metadata: { name: `${name}x` }, spec: { template: ONCE } });
    assert.deepEqual(refused, ['spec.template.labels']);
  });
  it('becomes a host name with an index', () => {
    const spec = { template: ONCE, completionMode: 'Indexed', completions: 10 };
    assert.deepEqual(refusedIn('batch/v1 Job', { metadata: { name }, spec }), ['metadata.name']);
  });
});

const inCronJob = (fields: object) => ({
  spec: { schedule: '@daily', jobTemplate: { spec: { template: ONCE } }, ...fields },
});

table('a CronJob', 'batch/v1 CronJob', 'spec.', inCronJob, [
  ['has a schedule', { schedule: null }, 'schedule'],
  ['has a time zone', { timeZone: 'Europe/Lisbon' }],
  ['has a time zone of its own', { timeZone: 'local' }, 'timeZone'],
  ['has one of three policies', { concurrencyPolicy: 'forbid' }, 'concurrencyPolicy'],
  [
    'remembers',
    { startingDeadlineSeconds: -1, failedJobsHistoryLimit: -1 },
    'startingDeadlineSeconds',
    'failedJobsHistoryLimit',
  ],
  [
    'makes the selectors',
    { jobTemplate: { spec: { template: ONCE, selector: {}, manualSelector: true } } },
    'jobTemplate.spec.selector',
    'jobTemplate.spec.manualSelector',
  ],
  [
    'fills in less than a Job',
    { jobTemplate: { spec: { template: ONCE, completionMode: 'Indexed' } } },
    'jobTemplate.spec.completions',
  ],
  [
    'runs what ends',
    { jobTemplate: {} },
    'jobTemplate.spec.template.spec.containers',
    'jobTemplate.spec.template.spec.restartPolicy',
  ],
]);

describe('a schedule', () => {
  for (const valid of [
    '*/15 0-6 1,15 JAN-mar ?',
    '  5   4 * * sun ',
    '5/10 * * * *',
    '@every 1h30m',
    '@midnight',
    ', * * * *',
    '+5 * * * *',
  ]) {
    it(`may be ${valid}`, () => assert.equal(scheduleFault(valid), undefined));
  }
  for (const wrong of [
    '* * * *',
    '0 0 * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 7',
    '30-10 * * * *',
    '*/0 * * * *',
    '1-2-3 * * * *',
    '1/2/3 * * * *',
    '*/x * * * *',
    'x * * * *',
    '-1 * * * *',
    '@Hourly',
    '@every',
    '@every day',
    'CRON_TZ=UTC 0 0 * * *',
  ]) {
    it(`cannot be ${wrong}`, () => assert.notEqual(scheduleFault(wrong), undefined));
  }
});

describe('a time zone', () => {
  for (const name of ['UTC', 'Etc/GMT+5', 'US/Eastern', 'America/Argentina/Ushuaia', 'Asia/Calcutta']) {
    it(`is ${name}`, () => assert.equal(isTimeZone(name), true));
  }
  for (const name of ['utc', 'europe/paris', 'Europe/Lutetia', '+02:00', 'PST', '']) {
    it(`is not ${name}`, () => assert.equal(isTimeZone(name), false));
  }
});
