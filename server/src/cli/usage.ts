import { findNearest } from '../core/base/editDistance.ts';

/** Something in the call cannot be understood or done: one sentence on standard error, exit code 2. */
export class UsageError extends Error {}

/** The options of all commands, in the form of Node's `parseArgs`. */
export const commandOptions = {
  format: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  config: { type: 'string' },
  'kubernetes-version': { type: 'string' },
  'cluster-domain': { type: 'string' },
  'no-color': { type: 'boolean' },
  quiet: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  'fail-on': { type: 'string' },
  fix: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'max-findings': { type: 'string' },
  detail: { type: 'string' },
  stdio: { type: 'boolean' },
  origins: { type: 'boolean' },
  helm: { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  port: { type: 'string' },
  protocol: { type: 'string' },
  queries: { type: 'string' },
  explain: { type: 'boolean' },
  type: { type: 'string' },
  service: { type: 'string' },
} as const;

type OptionName = keyof typeof commandOptions;

export interface ParsedArguments {
  readonly command: string | undefined;
  readonly positionals: readonly string[];
  readonly values: {
    readonly [K in OptionName]?: (typeof commandOptions)[K]['type'] extends 'string' ? string : boolean;
  };
}

interface CommandHelp {
  readonly usage: string;
  readonly summary: string;
  /** Options beyond those of every command. */
  readonly options: readonly OptionName[];
  /** Options of every command that change nothing here, and are not named in this command's help. */
  readonly idle?: readonly OptionName[];
  /** Values of `--format` beside `pretty` and `json`. */
  readonly formats?: readonly string[];
  /** Examples and what else a newcomer needs. */
  readonly notes?: string;
}

export const commands: Readonly<
  Record<'check' | 'explain' | 'endpoints' | 'dns' | 'reach' | 'diff' | 'build' | 'rules' | 'lsp', CommandHelp>
> = {
  check: {
    usage: 'check [PATH…]',
    summary: 'every finding in the manifests of files and folders',
    options: ['helm', 'fail-on', 'fix', 'dry-run', 'max-findings'],
    notes: `What a manifest refers to is looked for in everything that is given: name the folder of an application rather than
one file of it. Examples:
  kubefathom check deploy/
  kubefathom check --fix --dry-run deploy/
  helm template chart/ | kubefathom check -

Exit codes: 0 nothing at or above --fail-on · 1 such findings · 2 the question could not be answered
`,
  },
  explain: {
    usage: 'explain TARGET [PATH…]',
    summary: 'what the editor shows about a line, an object or a rule',
    options: ['helm', 'detail'],
    notes: `TARGET is FILE:LINE[:COLUMN], KIND/NAME, KIND/NAMESPACE/NAME (kinds as for kubectl: svc, deploy, netpol …; the
namespace - means none is written), or the code of a finding. Examples:
  kubefathom explain deploy/web.yaml:12 deploy/
  kubefathom explain svc/web deploy/
  kubefathom explain service-selector-no-match
`,
  },
  endpoints: {
    usage: 'endpoints [PATH…]',
    summary: 'the EndpointSlices that the controllers would make of each Service',
    options: ['helm', 'service'],
    notes: `What is given counts as all that is applied, into the namespace of -n (else default) where none is named, to a cluster
with both address families, IPv4 first. Every Pod is taken to run and to be ready; what that depends on is said. Examples:
  kubefathom endpoints deploy/
  kubefathom endpoints --service shop/web deploy/
  kubectl kustomize overlays/prod | kubefathom endpoints - --format json

Exit codes: 0 answered · 2 the question could not be answered
`,
  },
  dns: {
    usage: 'dns NAME [PATH…]',
    summary: "what a Pod's resolver gets for a name, and which names it tries",
    options: ['helm', 'from', 'type'],
    notes: `Without --from, a Pod in the namespace of -n (else default) asks, and names of the cluster in full are asked as they are.
For dns, --from is KIND/NAMESPACE/NAME of the workload that asks: it gives the search list. What is given counts as all that is
applied. What a cluster draws is named by what it is drawn for. Examples:
  kubefathom dns web --from deploy/shop/frontend deploy/
  kubefathom dns db-0.db.shop.svc.cluster.local deploy/
  kubefathom dns --type SRV _sql._tcp.db.shop.svc.cluster.local deploy/

Exit codes: 0 answered, even that there is no such name · 2 the question could not be answered
`,
  },
  reach: {
    usage: 'reach [PATH…]',
    summary: 'which connections the NetworkPolicies allow, and which of them decide',
    options: ['helm', 'from', 'to', 'port', 'protocol', 'queries', 'explain'],
    formats: ['csv', 'mermaid', 'dot'],
    notes: `Ends are NAMESPACE/KIND/NAME of a workload or ip:ADDRESS of a host outside the cluster, the port is that of the destination's
Pods. What is given counts as all that is applied; resources that name no namespace are in that of -n, else in default.
Without --from and --to, all connections, for people and as json, csv, mermaid or dot. With --explain, every link of the
connection, and not the policies alone; --to is then also a host and port, as a program is told them, or NAMESPACE/svc/NAME, and
the port is the Service's. Examples:
  kubefathom reach --from shop/deploy/web --to shop/sts/db --port 5432 deploy/
  kubefathom reach --from ip:203.0.113.7 --to shop/deploy/web --port 8080 deploy/
  kubefathom reach --explain --from shop/deploy/web --to orders:80 deploy/
  kubefathom reach --queries queries.jsonl deploy/    a line each: {"from","to","protocol","port"}
  kubefathom reach --format mermaid deploy/

Exit codes: 0 allowed, or not known · 1 denied, or a link of it fails · 2 the question could not be answered
`,
  },
  diff: {
    usage: 'diff OLD NEW',
    summary: 'what a change does: connections, endpoints, DNS names and findings, lost and gained',
    options: ['helm', 'fail-on'],
    notes: `OLD and NEW are folders or files, - (YAML on standard input), or revisions of the Git repository of the current folder:
REV:PATH (a path of the repository; of the current folder where it starts with a dot), or REV alone for the path of the other
side. Each side counts as all that is applied; resources that name no namespace are in that of -n, else in default.
What the manifests still need and no longer get comes first, then what the API server refuses when the new manifests are applied
over the old ones. Examples:
  kubefathom diff main .
  kubefathom diff HEAD~1:deploy deploy/
  kubefathom diff --format json old/ new/

Exit codes: 0 nothing lost for certain, and no new finding at or above --fail-on · 1 something is lost or refused, or there is
such a finding · 2 the question could not be answered
`,
  },
  build: {
    usage: 'build [DIR]',
    summary: 'the objects that a kustomization or a chart comes to, as YAML',
    options: ['origins', 'helm'],
    idle: ['namespace', 'config', 'kubernetes-version', 'cluster-domain', 'no-color', 'quiet', 'verbose'],
    notes: `Prints what \`kubectl kustomize DIR\` prints, without a network and without running plugins; of a chart, with --helm, what
its templates render to, resource definitions left out. Examples:
  kubefathom build overlays/prod
  kubefathom build --origins overlays/prod | less
  kubefathom build --helm --origins charts/web

Exit codes: 0 built · 1 kustomize or helm refuses it · 2 it could not be built, or not all of it is known here
`,
  },
  rules: {
    usage: 'rules',
    summary: 'the rule catalogue',
    options: [],
    idle: ['namespace', 'config', 'kubernetes-version', 'cluster-domain', 'no-color', 'quiet', 'verbose'],
    notes: 'One rule: kubefathom explain CODE\n',
  },
  lsp: {
    usage: 'lsp --stdio',
    summary: 'the language server, for editors',
    options: ['stdio'],
    idle: ['format', 'namespace', 'config', 'kubernetes-version', 'cluster-domain', 'no-color', 'quiet', 'verbose'],
  },
};

const OPTION_HELP: Readonly<Record<OptionName, string>> = {
  format: '--format pretty|json          how to print the answer (default: pretty)',
  namespace: '-n, --namespace NS            namespace of resources that name none, as in kubectl apply -n',
  config: '--config FILE                 configuration instead of the nearest .kubefathom.yaml',
  'kubernetes-version': '--kubernetes-version VERSION  version of the cluster, major and minor, such as 1.35',
  'cluster-domain': '--cluster-domain DOMAIN       DNS domain of the cluster (default: cluster.local)',
  'no-color': '--no-color                    no colours, as with NO_COLOR',
  quiet: '--quiet                       the answer alone: no summary, no progress',
  verbose: '--verbose                     name every file that is skipped, and show internal errors in full',
  help: '-h, --help                    this help',
  version: '--version                     the version',
  'fail-on': '--fail-on SEVERITY            exit 1 from this severity on: error, warning (default), info, hint, never',
  fix: '--fix                         apply the safe fixes to the files, then report what is left',
  'dry-run': '--dry-run                     with --fix: print the fixes as a diff, change nothing',
  'max-findings': '--max-findings N              print at most N findings (all are counted)',
  detail: '--detail short|full|interview how much to explain (default: full)',
  stdio: '--stdio                       speak over standard input and output',
  helm: '--helm                        render charts with the helm of the PATH: it does what their templates say',
  from: '--from END                  who connects or asks: NAMESPACE/KIND/NAME or ip:ADDRESS; for dns KIND/NAMESPACE/NAME',
  to: '--to END                    the end that it is opened to',
  port: '--port NUMBER               port of the Pods that it is opened to',
  protocol: '--protocol PROTOCOL         TCP (default), UDP or SCTP',
  service: '--service NAMESPACE/NAME    this Service alone',
  type: '--type TYPE                 records to ask for: A (default), AAAA, SRV or CNAME',
  queries: '--queries FILE              one question a line, as JSON; - reads them from standard input',
  explain: '--explain                   every link of the connection: name, Service, endpoints, ports, policies',
  origins: '--origins                     name the line that wrote each value which is not from the object itself',
};

const SHARED: readonly OptionName[] = [
  'format',
  'namespace',
  'config',
  'kubernetes-version',
  'cluster-domain',
  'no-color',
  'quiet',
  'verbose',
  'help',
  'version',
];

/** What to say of an option that no command has, as it was written: `--fail-onn`. */
export function unknownOption(given: string): string {
  const near = findNearest(given, Object.keys(commandOptions), (name) => `--${name}`);
  return `there is no option ${given}; ${near === undefined ? 'kubefathom COMMAND --help lists them' : `did you mean --${near}?`}`;
}

/** The help text of the program or of one command. */
export function helpText(command: string | undefined): string {
  const help = command !== undefined && command in commands ? commands[command as keyof typeof commands] : undefined;
  if (help !== undefined) {
    const shared = SHARED.filter((name) => help.idle?.includes(name) !== true);
    const notes = help.notes === undefined ? '' : `\n${help.notes}`;
    return `kubefathom ${help.usage}\n\n${capitalise(help.summary)}.\n\n${optionLines([...help.options, ...shared])}${notes}`;
  }
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length));
  const lines = Object.values(commands).map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`);
  return `Checks and explains Kubernetes networking manifests before anyone applies them.

kubefathom COMMAND [PATH…]   PATH is a file, a folder or - (YAML on standard input); default: the current folder

${lines.join('\n')}

Options of every command:
${optionLines(SHARED)}
kubefathom COMMAND --help tells more about a command.
`;
}

function optionLines(names: readonly OptionName[]): string {
  return names.map((name) => `  ${OPTION_HELP[name]}\n`).join('');
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
