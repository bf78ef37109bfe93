import type { Span } from '../base/span.ts';
import type { Reason } from '../cluster/reason.ts';
import type { ConnectionExplanation, ConnectionStep, Source } from '../explain/connection/model.ts';
import { code } from '../explain/link.ts';
import { describeResource, headSpan, type ResourceBase } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';

/** A text with places in it that lead to files. */
export interface ConnectionDocument {
  /** Markdown. */
  readonly text: string;
  readonly links: readonly DocumentLink[];
}

/** A part of the text, and where it leads. */
export interface DocumentLink extends Span {
  readonly file: string;
  readonly target: Span;
}

/** A place in a file that somebody wrote, as people write it: `shop/web.yaml:12`. */
export type ShowPlace = (file: string, offset: number) => string;

/**
 * An explained connection as a document: the answer, the links of the chain with their states, then each with its places as
 * `file:line` and what to change, then what only a cluster tells. Read from the top, its first lines are enough.
 */
export function connectionDocument(explained: ConnectionExplanation, showPlace: ShowPlace): ConnectionDocument {
  const { from, to, protocol, steps, verdict, onlyCluster, commands, question } = explained;
  const page = new Page(question.from.unit, showPlace);
  page.line(`# ${from} → ${to}${protocol === 'TCP' ? '' : `/${protocol}`}`);
  page.line();
  page.line(`${verdict.state}: ${verdict.says}.`);
  page.line();
  for (const { state, title } of steps) page.line(`- ${state}: ${title}`);
  page.line();
  page.place(`Source: ${describeFrom(question.from)}`, headOf(question.from));
  const unit = question.from.unit.label;
  if (unit !== '') page.line(`Unit: ${code(unit)}`);
  for (const step of steps) writeStep(page, step);
  page.line();
  page.line('## Only the cluster can tell');
  page.line();
  for (const item of onlyCluster) page.line(`- ${item}`);
  page.line();
  page.line('```sh');
  for (const command of commands) page.line(command);
  page.line('```');
  return page.finish();
}

function writeStep(page: Page, { title, state, says, evidence, fix }: ConnectionStep): void {
  page.line();
  page.line(`## ${state}: ${title}`);
  page.line();
  page.line(`${says.charAt(0).toUpperCase()}${says.slice(1)}.`);
  if (evidence.length > 0) page.line();
  for (const reason of evidence) page.place(`- ${reason.text}`, reason);
  if (fix === undefined) return;
  page.line();
  page.line(`Fix: ${fix}.`);
}

function describeFrom(from: Source): string {
  switch (from.kind) {
    case 'workload':
      return `the Pods of ${code(describeResource(from.workload))}`;
    case 'ingress':
      return `the controller that serves ${code(describeResource(from.ingress))}`;
    case 'outside':
      return 'a client outside of the cluster';
  }
}

function headOf(from: Source): Reason | undefined {
  const head = ({ file, ...rest }: ResourceBase): Reason => ({ text: '', file, ...headSpan({ file, ...rest }) });
  if (from.kind === 'workload') return head(from.workload);
  return from.kind === 'ingress' ? head(from.ingress) : undefined;
}

/** A growing text that remembers where its links are. */
class Page {
  readonly #unit: Unit;
  readonly #showPlace: ShowPlace;
  readonly #links: DocumentLink[] = [];
  #text = '';

  constructor(unit: Unit, showPlace: ShowPlace) {
    this.#unit = unit;
    this.#showPlace = showPlace;
  }

  line(text = ''): void {
    this.#text += `${text}\n`;
  }

  /** A line that ends in a place; in none where the reason has none. */
  place(text: string, at: Reason | undefined): void {
    if (at === undefined || at.file === '') {
      this.line(text);
      return;
    }
    const { file, start, end } = this.#unit.siblings.files.resolve(at.file, at);
    const shown = this.#showPlace(file, start);
    this.#text += `${text}: `;
    const from = this.#text.length;
    this.line(shown);
    this.#links.push({ start: from, end: from + shown.length, file, target: { start, end } });
  }

  finish(): ConnectionDocument {
    return { text: this.#text, links: this.#links };
  }
}
