import type { ReachabilityPlace } from '../../server/src/core/ide/reachabilityData.ts';
import type { UnitReachability } from '../../server/src/lsp/reachabilityMessages.ts';
import { button, count, el, keepFocus } from './dom.ts';
import { type GraphMemory, renderGraph, renderLegend } from './graph.ts';
import { MAX_EDGES, MAX_EXCESS, MAX_NODES, toGraph } from './graphModel.ts';
import type { ShowMessage, ViewMessage, ViewState } from './messages.ts';
import { COLUMNS, filterRows, type ShownRow, shownRows, sortRows } from './rows.ts';
import { renderTable } from './table.ts';

declare const acquireVsCodeApi: () => {
  postMessage(message: ViewMessage): void;
  getState(): ViewState | undefined;
  setState(state: ViewState): void;
};

startView();

function startView(): void {
  const host = acquireVsCodeApi();
  let state: ViewState = host.getState() ?? {};
  let message: ShowMessage | undefined;
  let rows: readonly ShownRow[] = [];
  let graph: (() => GraphMemory | undefined) | undefined;
  const page = createPage({
    onFilter: (filter) => change({ filter }),
    onTrouble: (onlyTrouble) => change({ onlyTrouble }),
    onTab: (tab) => change({ tab }),
    onUnit: (unit) => host.postMessage({ type: 'choose', unit }),
  });

  const change = (part: Partial<ViewState>): void => {
    state = { ...state, ...part };
    host.setState(state);
    keepFocus(render);
  };
  const open = (place: ReachabilityPlace): void => {
    const uri = message?.data?.files[place.file];
    if (uri !== undefined) host.postMessage({ type: 'open', uri, place });
  };

  const render = (): void => {
    if (message === undefined) return;
    const { data } = message;
    page.showHead(message, state);
    if (data === undefined) {
      page.content.replaceChildren();
      page.say('This unit is not there now. It may be read again, or another one be chosen.');
      return;
    }
    const { sort = { column: 'workload', descending: false } } = state;
    const shown = sortRows(
      filterRows(rows, state.filter ?? '', state.onlyTrouble === true),
      sort.column,
      sort.descending,
    );
    const memory = graph?.();
    graph = undefined;
    if (state.tab === 'graph') {
      graph = showGraph(page.content, data, shown, memory);
    } else {
      const opened = new Set(state.opened);
      const table = renderTable({
        data,
        rows: shown,
        sort,
        opened,
        onSort: (column) =>
          change({ sort: { column, descending: sort.column === column ? !sort.descending : column !== 'workload' } }),
        onToggle: (key, isOpen) => {
          if (isOpen) opened.add(key);
          else opened.delete(key);
          state = { ...state, opened: [...opened].slice(-MAX_OPENED) };
          host.setState(state);
        },
        onOpen: open,
      });
      page.content.replaceChildren(table);
    }
    const title = COLUMNS.find(({ id }) => id === sort.column)?.title.toLowerCase() ?? '';
    const order = state.tab === 'graph' ? '' : `, sorted by ${title}, ${sort.descending ? 'descending' : 'ascending'}`;
    page.say(`${shown.length} of ${count(rows.length, 'row')} shown${order}. ${troubleText(rows)}`);
  };

  const showGraph = (
    content: HTMLElement,
    data: UnitReachability,
    shown: readonly ShownRow[],
    before: GraphMemory | undefined,
  ): (() => GraphMemory | undefined) | undefined => {
    const sorted = sortRows(shown, 'workload', false);
    const little = toGraph(data, sorted, false);
    const showExcess = state.showExcess ?? little.excess <= LITTLE_EXCESS;
    const picture = showExcess ? toGraph(data, sorted, true) : little;
    const box = el('input', { type: 'checkbox', 'data-key': 'excess' });
    box.checked = showExcess;
    box.addEventListener('change', () => change({ showExcess: box.checked }));
    const drawn =
      little.excess > MAX_EXCESS ? `the first ${MAX_EXCESS} of ${little.excess} arrows` : count(little.excess, 'arrow');
    const switches = el('p', {}, el('label', {}, box, ` Draw what is allowed but not declared (${drawn})`));
    if (picture.nodes.length > MAX_NODES || picture.edges.length > MAX_EDGES) {
      const size = `${count(picture.nodes.length, 'node')} and ${count(picture.edges.length, 'arrow')}`;
      const text = `The graph would have ${size}; at most ${MAX_NODES} and ${MAX_EDGES} are drawn. Filter to fewer workloads, or see the table, which has all.`;
      content.replaceChildren(switches, el('p', { class: 'remark' }, text));
      return undefined;
    }
    const view = renderGraph(picture, { onOpen: open, before });
    content.replaceChildren(switches, renderLegend(), el('p', { class: 'help' }, GRAPH_HELP), view.element);
    view.start();
    return view.memory;
  };

  window.addEventListener('message', ({ data }: MessageEvent<ShowMessage>) => {
    if (data.type !== 'show') return;
    message = data;
    rows = data.data === undefined ? [] : shownRows(data.data);
    change({ folder: data.folder, unit: data.unit });
  });
  host.postMessage({ type: 'ready' });
}

const MAX_OPENED = 200;
/** So many arrows of what is not declared are drawn unasked. */
const LITTLE_EXCESS = 30;
const GRAPH_HELP =
  'Arrow keys go from node to node, Enter opens the line. Plus, minus and 0 zoom; Shift with arrow keys, or dragging, moves the picture.';

function troubleText(rows: readonly ShownRow[]): string {
  const denied = new Set(rows.flatMap((shown) => shown.denied)).size;
  const unknown = new Set(rows.flatMap((shown) => shown.unknown)).size;
  return `Declared needs: ${denied} denied, ${unknown} unknown.`;
}

interface PageEvents {
  readonly onFilter: (text: string) => void;
  readonly onTrouble: (only: boolean) => void;
  readonly onTab: (tab: 'table' | 'graph') => void;
  readonly onUnit: (unit: string) => void;
}

/** What stays while the content changes: heading, filter, tabs, and the line that tells of changes. */
function createPage({ onFilter, onTrouble, onTab, onUnit }: PageEvents) {
  const heading = el('h1', {}, 'Reachability');
  const unit = el('select', { id: 'unit', 'data-key': 'unit' });
  unit.addEventListener('change', () => onUnit(unit.value));
  const unitChoice = el('label', {}, 'Unit ', unit);
  const filter = el('input', { type: 'search', 'data-key': 'filter', placeholder: 'name, kind, namespace' });
  filter.addEventListener('input', () => onFilter(filter.value));
  const trouble = el('input', { type: 'checkbox', 'data-key': 'trouble' });
  trouble.addEventListener('change', () => onTrouble(trouble.checked));
  const remarks = el('ul', { class: 'remarks', 'aria-label': 'Limits of this answer' });
  const status = el('p', { role: 'status', 'aria-live': 'polite', class: 'status' });
  const content = el('div', { role: 'tabpanel', id: 'content', tabindex: '-1' });
  const tabs = (['table', 'graph'] as const).map((name) => {
    const text = name === 'table' ? 'Table' : 'Graph';
    const tab = button(text, `tab ${name}`, () => onTab(name), {
      role: 'tab',
      id: `tab-${name}`,
      'aria-controls': 'content',
    });
    tab.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      event.preventDefault();
      onTab(name === 'table' ? 'graph' : 'table');
      document.getElementById(name === 'table' ? 'tab-graph' : 'tab-table')?.focus();
    });
    return { name, tab };
  });
  document
    .getElementById('view')
    ?.append(
      el('header', {}, heading, unitChoice),
      remarks,
      el(
        'div',
        { class: 'controls' },
        el('div', { role: 'tablist', 'aria-label': 'Views' }, ...tabs.map(({ tab }) => tab)),
        el('label', {}, 'Filter ', filter),
        el('label', {}, trouble, ' Only denied or unknown needs'),
      ),
      status,
      content,
    );
  return {
    content,
    /** Said aloud only where it is new. */
    say: (text: string): void => {
      if (status.textContent !== text) status.textContent = text;
    },
    showHead: ({ units, unit: chosen, data }: ShowMessage, state: ViewState): void => {
      const name = units.find(({ id }) => id === chosen)?.name;
      heading.textContent = name === undefined ? 'Reachability' : `Reachability: ${name}`;
      unitChoice.hidden = units.length < 2 && name !== undefined;
      unit.replaceChildren(
        ...(name === undefined ? [el('option', { value: chosen }, 'none')] : []),
        ...units.map((one) => el('option', { value: one.id }, one.name)),
      );
      unit.value = chosen;
      remarks.replaceChildren(...(data?.remarks ?? []).map((text) => el('li', {}, text.replaceAll('`', ''))));
      remarks.hidden = remarks.childElementCount === 0;
      if (filter.value !== (state.filter ?? '')) filter.value = state.filter ?? '';
      trouble.checked = state.onlyTrouble === true;
      for (const { name: tabName, tab } of tabs) {
        const isChosen = tabName === (state.tab ?? 'table');
        tab.setAttribute('aria-selected', String(isChosen));
        tab.setAttribute('tabindex', isChosen ? '0' : '-1');
        if (isChosen) content.setAttribute('aria-labelledby', tab.id);
      }
    },
  };
}
