import { ANY_CLUSTER } from '../core/cluster/clusterFacts.ts';
import { answerDns, type DnsAnswer, type RecordType } from '../core/cluster/dns.ts';
import { isInZone, normalName } from '../core/cluster/dnsName.ts';
import { type Lookup, lookUpName, type Resolver, resolverOf } from '../core/cluster/dnsResolver.ts';
import { recordsJson } from '../core/cluster/dnsText.ts';
import { createDnsWorld, type DnsWorld } from '../core/cluster/dnsWorld.ts';
import { isExternalService, whyMoreMayExist } from '../core/cluster/openWorld.ts';
import type { Workload } from '../core/k8s/workload.ts';
import type { ResourceIndex } from '../core/sources/resourceIndex.ts';
import { formatLookup } from './format/dnsLookup.ts';
import { kindOfName } from './kindNames.ts';
import { type Loaded, load } from './load.ts';
import type { Program } from './program.ts';
import { createPlacer } from './report.ts';
import { labelOf, mergeIndexes, unitGroups } from './unitGroups.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

const TYPES: readonly RecordType[] = ['A', 'AAAA', 'SRV', 'CNAME', 'PTR', 'TXT'];

/**
 * `kubefathom dns`: what a Pod's program gets for a name, and the names that its resolver tries. What is given counts as all
 * that is applied, into the namespace `default` where none is named. Names that do not exist are an answer too: exit code 0.
 */
export async function dns(args: ParsedArguments, program: Program): Promise<number> {
  const [name, ...paths] = args.positionals;
  if (name === undefined) throw new UsageError('dns needs a NAME, such as `kubefathom dns web.shop deploy/`');
  if (!NAME.test(name)) throw new UsageError(`\`${name}\` is no DNS name`);
  const type = TYPES.find((known) => known === (args.values.type ?? 'A').toUpperCase());
  if (type === undefined) throw new UsageError(`--type is A, AAAA, SRV or CNAME, not \`${args.values.type}\``);
  const from = args.values.from === undefined ? undefined : parseFrom(args.values.from);
  const options = { defaults: { defaultNamespace: 'default' }, isWhole: true };
  const loaded = await load(paths, args, program, options);
  const found = choose(lookUpEverywhere(loaded, name, type, from, args), name);
  if (found === undefined) throw new UsageError(missingAsker(args.values.from ?? '', loaded));
  const { lookup, resolver, asker, namespace } = found;
  if (args.values.format === 'json') {
    const toJson = (answer: DnsAnswer) => answerJson(answer, namespace);
    const answer = { candidates: lookup.candidates.map(toJson), answer: toJson(lookup.answer) };
    program.out(`${JSON.stringify(answer, null, 2)}\n`);
    return 0;
  }
  const place = createPlacer(loaded.base, loaded.textOf);
  const showPlace = (file: string, start: number, end: number) => {
    const written = loaded.folder.index.siblings.files.resolve(file, { start, end });
    const { file: path, line, column } = place(written.file, written);
    return `${path}:${line}:${column}`;
  };
  program.out(formatLookup({ name, type, lookup, resolver, asker, namespace, showPlace }));
  return 0;
}

/** What may be asked: labels of any kind, for what does not exist is an answer too. */
const NAME = /^(?=.{1,253}\.?$)[^\s./]{1,63}(?:\.[^\s./]{1,63})*\.?$/;

/** An answer as programs read it, with what leaves it open, and what has to happen until it is so. */
function answerJson({ name, type, rcode, answers, doubts, conditions }: DnsAnswer, namespace: string) {
  return {
    name,
    type,
    rcode,
    answers: recordsJson(name, answers, namespace),
    ...(doubts.length === 0 ? {} : { reason: doubts.map(({ text }) => text).join('; ') }),
    ...(conditions.length === 0 ? {} : { when: conditions }),
  };
}

/** `KIND/NAMESPACE/NAME` of a workload, or `KIND/NAME`. */
interface From {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

function parseFrom(given: string): From {
  const [kind = '', second = '', third, more] = given.split('/');
  if (kind === '' || second === '' || third === '' || more !== undefined)
    throw new UsageError(`--from is KIND/NAMESPACE/NAME of a workload, such as deploy/shop/web, not \`${given}\``);
  return third === undefined
    ? { kind: kindOfName(kind), namespace: undefined, name: second }
    : { kind: kindOfName(kind), namespace: second, name: third };
}

interface Found {
  readonly label: string;
  readonly lookup: Lookup;
  readonly resolver: Resolver | undefined;
  readonly asker: Workload | undefined;
  readonly namespace: string;
}

/** Asks in each set of units that can be applied together; sets without the asking workload are left out. */
function lookUpEverywhere(
  loaded: Loaded,
  name: string,
  type: RecordType,
  from: From | undefined,
  { values }: ParsedArguments,
): readonly Found[] {
  const { settings } = loaded.folder;
  return unitGroups(loaded).flatMap((units): readonly Found[] => {
    const merged = mergeIndexes(units);
    const namespace = values.namespace ?? settings.defaultNamespace;
    const world = createDnsWorld(merged, {
      ...ANY_CLUSTER,
      clusterDomain: settings.clusterDomain,
      namespace,
      namespaces: settings.external.namespaces,
      whyMore: (asked) => units.map((unit) => whyMoreMayExist(unit, asked, settings.external)).find(Boolean),
      whyServiceMayExist: (service, place) =>
        isExternalService(settings.external, service, { value: place, start: 0, end: 0 })
          ? `the configuration says that Service \`${service}\` exists elsewhere`
          : undefined,
    });
    const asker = from === undefined ? undefined : findAsker(merged, world, from, namespace);
    if (from !== undefined && asker === undefined) return [];
    const label = labelOf(units);
    if (asker === undefined && isWhole(name, world.zone)) {
      const answer = answerDns(world, name, type);
      return [{ label, lookup: { candidates: [answer], answer, doubts: [] }, resolver: undefined, asker, namespace }];
    }
    const own = asker === undefined ? namespace : (world.namespaceOf(asker) ?? namespace);
    const resolver = resolverOf(asker, own, world.zone);
    return [{ label, lookup: lookUpName(world, resolver, name, type), resolver, asker, namespace }];
  });
}

/** Without a Pod that asks, a full name is asked as it is. */
function isWhole(name: string, zone: string): boolean {
  const normal = normalName(name);
  return name.endsWith('.') || isInZone(normal, zone) || normal.endsWith('.arpa');
}

function findAsker(
  index: ResourceIndex,
  { namespaceOf }: DnsWorld,
  { kind, namespace, name }: From,
  own: string,
): Workload | undefined {
  for (const workload of index.ofType('workload')) {
    if (workload.name?.value !== name || workload.kind.toLowerCase() !== kind.toLowerCase()) continue;
    if (namespaceOf(workload) === (namespace === undefined || namespace === '-' ? own : namespace)) return workload;
    if (namespace === undefined) return workload;
  }
  return undefined;
}

/** The one answer there is. Sets of units in which the name does not exist yield to those in which it does. */
function choose(found: readonly Found[], name: string): Found | undefined {
  const hits = found.filter(({ lookup }) => lookup.answer.answers.length > 0);
  const counted = hits.length > 0 ? hits : found;
  const [first] = counted;
  if (first === undefined) return undefined;
  const textOf = ({ lookup, namespace }: Found) => JSON.stringify(answerJson(lookup.answer, namespace));
  const other = counted.find((each) => textOf(each) !== textOf(first));
  if (other !== undefined)
    throw new UsageError(
      `what \`${name}\` leads to differs between \`${first.label}\` and \`${other.label}\`; name one of them as PATH`,
    );
  return first;
}

function missingAsker(given: string, { folder }: Loaded): string {
  const { kind, name } = parseFrom(given);
  const other = folder.index.units
    .flatMap((unit) => [...unit.index.ofType('workload')])
    .find((workload) => workload.name?.value === name);
  const hint =
    other === undefined ? '' : `; there is \`${other.kind}/${other.namespace?.value ?? '-'}/${other.name?.value}\``;
  return `there is no workload ${kind} \`${name}\` as in \`--from ${given}\`${hint}`;
}
