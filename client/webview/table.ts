import type {
  ReachabilityCount,
  ReachabilityNeed,
  ReachabilityObject,
  ReachabilityPlace,
} from '../../server/src/core/ide/reachabilityData.ts';
import type { UnitReachability } from '../../server/src/lsp/reachabilityMessages.ts';
import { button, type Child, count, el } from './dom.ts';
import { COLUMNS, type ColumnId, createPeerFinder, type Peer, type PeerFinder, type ShownRow } from './rows.ts';

export interface TableOptions {
  readonly data: UnitReachability;
  /** Sorted and filtered. */
  readonly rows: readonly ShownRow[];
  readonly sort: { readonly column: string; readonly descending: boolean };
  readonly opened: ReadonlySet<string>;
  readonly onSort: (column: ColumnId) => void;
  readonly onToggle: (key: string, isOpen: boolean) => void;
  readonly onOpen: (place: ReachabilityPlace) => void;
}

/** The table: a row for each workload, its lists closed until somebody opens them. */
export function renderTable(options: TableOptions): HTMLTableElement {
  const { data, rows, sort, onSort } = options;
  const finder = createPeerFinder(data);
  const heads = COLUMNS.map(({ id, title }) => {
    const order = sort.column !== id ? 'none' : sort.descending ? 'descending' : 'ascending';
    const mark = order === 'none' ? '' : order === 'descending' ? ' ▼' : ' ▲';
    const text = el('span', {}, title, el('span', { 'aria-hidden': 'true', class: 'mark' }, mark));
    return el(
      'th',
      { scope: 'col', 'aria-sort': order },
      button(text, `sort ${id}`, () => onSort(id)),
    );
  });
  return el(
    'table',
    {},
    el('caption', {}, CAPTION),
    el('thead', {}, el('tr', {}, ...heads)),
    el('tbody', {}, ...rows.map((shown) => renderRow(shown, data, finder, options))),
  );
}

const CAPTION =
  'Connections between the Pods of this unit, and with addresses outside the cluster, by its network policies. Excess: what is allowed although no manifest declares a need for it.';

function renderRow(
  shown: ShownRow,
  data: UnitReachability,
  finder: PeerFinder,
  options: TableOptions,
): HTMLTableRowElement {
  const { row, key, needs, neededBy, denied, unknown } = shown;
  const cell = (column: string, words: readonly string[], items: () => readonly Child[], label: string) =>
    el(
      'td',
      {},
      words.length === 0
        ? 'none'
        : expandable(`${key} ${column}`, words.join(', '), items, `${label} of ${row.name}`, options),
    );
  const peerCell = (column: 'calls' | 'callers', counted: ReachabilityCount, label: string) => {
    if (row.group === undefined) return el('td', {}, 'not computed');
    const peers = finder[column](shown);
    const items = () => peers.map((peer, at) => peerItem(peer, data, options, `${key} ${column} ${at}`));
    return cell(column, callWords(counted, peers), items, label);
  };
  const needItems = (list: readonly ReachabilityNeed[], column: string) => () =>
    list.map((need, at) => needItem(need, data, options, `${key} ${column} ${at}`));
  const { workloads, ports } = row.excess;
  return el(
    'tr',
    denied.length > 0 ? { class: 'denied' } : {},
    el(
      'th',
      { scope: 'row' },
      objectLink(row, `${key} name`, options),
      row.alike > 0 ? ` and ${row.alike} alike` : undefined,
      el('div', { class: 'kind' }, describe(row)),
    ),
    peerCell('calls', row.mayCall, 'who may be called'),
    peerCell('callers', row.mayBeCalledBy, 'callers'),
    cell(
      'needs',
      words([needs.length, `needs ${needs.length}`], [neededBy.length, `needed by ${neededBy.length}`]),
      needItems([...needs, ...neededBy], 'needs'),
      'declared needs',
    ),
    cell(
      'denied',
      words([denied.length, `${denied.length} denied`], [unknown.length, `${unknown.length} unknown`]),
      needItems([...denied, ...unknown], 'denied'),
      'denied and unknown needs',
    ),
    row.group === undefined
      ? el('td', {}, 'not computed')
      : cell(
          'excess',
          words([workloads, count(workloads, 'workload')], [ports.length, `more ports of ${ports.length}`]),
          () => excessItems(shown, data, options),
          'excess',
        ),
  );
}

/** The texts whose number is not 0. */
function words(...parts: readonly (readonly [number, string])[]): readonly string[] {
  return parts.filter(([number]) => number > 0).map(([, text]) => text);
}

function callWords({ sure, perhaps }: ReachabilityCount, peers: readonly Peer[]): readonly string[] {
  const outside = peers.filter(({ addresses }) => addresses !== undefined);
  const isOpen = outside.some(({ allowed }) => allowed !== undefined);
  const found = words(
    [sure, count(sure, 'workload')],
    [perhaps, `unknown for ${perhaps}`],
    [isOpen ? 1 : 0, 'outside'],
    [isOpen ? 0 : outside.length, 'unknown for outside'],
  );
  return found.length === 0 && peers.length > 0 ? ['own Pods'] : found;
}

/** A list that is made when it is opened. */
function expandable(
  key: string,
  summary: string,
  items: () => readonly Child[],
  label: string,
  { opened, onToggle }: TableOptions,
): HTMLElement {
  const head = el('summary', { 'data-key': key }, summary);
  const details = el('details', {}, head);
  const fill = (): void => {
    if (details.querySelector('ul') !== null) return;
    const found = items();
    const shown = found.slice(0, MAX_ITEMS).map((item) => el('li', {}, item));
    if (found.length > MAX_ITEMS) shown.push(el('li', {}, `and ${found.length - MAX_ITEMS} more`));
    if (found.length === 0) shown.push(el('li', {}, 'not listed: there are too many connections'));
    details.append(el('ul', { 'aria-label': label }, ...shown));
  };
  if (opened.has(key)) {
    fill();
    details.open = true;
  }
  details.addEventListener('toggle', () => {
    if (details.open) fill();
    if (details.open !== opened.has(key)) onToggle(key, details.open);
  });
  return details;
}

const MAX_ITEMS = 200;

function peerItem(
  { rows, addresses, isOwn, allowed, unknown }: Peer,
  data: UnitReachability,
  options: TableOptions,
  key: string,
): Node {
  const names: Child[] = isOwn ? ['other Pods of its own'] : addresses === undefined ? [] : [addresses];
  for (const number of rows.slice(0, MAX_NAMES)) {
    if (names.length > 0) names.push(', ');
    names.push(rowLink(number, data, options, key));
  }
  if (rows.length > MAX_NAMES) names.push(` and ${rows.length - MAX_NAMES} more`);
  const ports = [allowed, unknown === undefined ? undefined : `unknown: ${unknown}`].filter(
    (text) => text !== undefined,
  );
  return el('span', {}, ...names, el('span', { class: 'ports' }, ` ${ports.join('; ')}`));
}

const MAX_NAMES = 50;

function excessItems(
  { row, number, needs, key }: ShownRow,
  data: UnitReachability,
  options: TableOptions,
): readonly Node[] {
  const declared = new Set(needs.flatMap(({ to }) => to ?? []));
  const calls = data.groups[row.group ?? -1]?.calls ?? [];
  const undeclared = calls.flatMap(({ to, allowed }): readonly Node[] => {
    const rows = data.groups[to]?.rows.filter((other) => other !== number && !declared.has(other)) ?? [];
    if (allowed === undefined || rows.length === 0) return [];
    return [peerItem({ rows, isOwn: false, allowed }, data, options, `${key} excess ${to}`)];
  });
  const ports = row.excess.ports.map(({ row: other, allowed, declared: wanted }) =>
    el('span', {}, rowLink(other, data, options, `${key} ports`), ` ${allowed}, though only ${wanted} is declared`),
  );
  return [...undeclared, ...ports];
}

/** `→ orders TCP 8080, by Service orders: denied. ORDERS_URL: http://orders. Why …`. */
function needItem(
  { from, to, host, service, port, verdict, reason, policy, evidence, place }: ReachabilityNeed,
  data: UnitReachability,
  options: TableOptions,
  key: string,
): Node {
  const entry = from.kind === 'entry' ? data.entries[from.entry] : undefined;
  const source: Child =
    from.kind === 'row'
      ? rowLink(from.row, data, options, `${key} from`)
      : entry === undefined
        ? 'the kubelet'
        : el('span', {}, `what serves ${entry.kind} `, objectLink(entry, `${key} entry`, options));
  const by = service === undefined ? undefined : data.services[service];
  return el(
    'span',
    {},
    el('strong', { class: `verdict ${verdict}` }, verdict),
    ': ',
    source,
    ' to ',
    to === undefined ? (host ?? '') : rowLink(to, data, options, `${key} to`),
    ...(by === undefined ? [] : [' by ', el('span', {}, 'Service ', objectLink(by, `${key} service`, options))]),
    port === undefined ? undefined : el('span', { class: 'ports' }, ` ${port}`),
    ', declared by ',
    link(evidence, `${key} evidence`, place, options),
    reason === '' ? undefined : el('div', { class: 'reason' }, ...quoted(reason)),
    policy === undefined
      ? undefined
      : el('div', { class: 'reason' }, `${policy.kind} `, objectLink(policy, `${key} policy`, options)),
  );
}

/** A sentence with its names, which stand between backticks, set as code. */
function quoted(text: string): readonly Child[] {
  return text.split('`').map((part, at) => (at % 2 === 1 ? el('code', {}, part) : part));
}

function rowLink(number: number, data: UnitReachability, options: TableOptions, key: string): Child {
  const row = data.rows[number];
  if (row === undefined) return undefined;
  const more = row.alike > 0 ? ` and ${row.alike} alike` : '';
  return el('span', {}, link(row.name, `${key} ${number}`, row.place, options, describe(row)), more);
}

function objectLink(object: ReachabilityObject, key: string, options: TableOptions): Child {
  return link(object.name, key, object.place, options, describe(object));
}

function link(text: string, key: string, place: ReachabilityPlace, { onOpen }: TableOptions, title?: string): Child {
  const element = button(text, key, () => onOpen(place), { class: 'link' });
  element.title = title === undefined ? 'Open the line' : `${title}: open the line`;
  return element;
}

/** `Deployment in shop`. */
export function describe({ kind, namespace }: ReachabilityObject): string {
  return namespace === undefined ? kind : `${kind} in ${namespace}`;
}
