import { commands, l10n, languages, type QuickPickItem, Uri, window } from 'vscode';

/** Id and title of every page in docs/rules, put in place by the build. */
declare const KUBEFATHOM_RULE_PAGES: readonly { readonly id: string; readonly title: string }[];

/**
 * Opens a rule's page, which ships with the extension, as a preview. Without an id: the rule of the finding at the cursor, or
 * a choice of all rules.
 */
export async function showRule(extensionUri: Uri, id: unknown): Promise<void> {
  const rule = typeof id === 'string' && id !== '' ? id : await chooseRule();
  const page = KUBEFATHOM_RULE_PAGES.find((known) => known.id === rule);
  if (page === undefined) {
    if (rule !== undefined) void window.showErrorMessage(l10n.t('Kubefathom has no rule {0}', rule));
    return;
  }
  await commands.executeCommand('markdown.showPreview', Uri.joinPath(extensionUri, 'docs', 'rules', `${page.id}.md`));
}

async function chooseRule(): Promise<string | undefined> {
  const here = rulesAtCursor();
  const [only] = here;
  if (here.length === 1 && only !== undefined) return only;
  const items: QuickPickItem[] = KUBEFATHOM_RULE_PAGES.map(({ id, title }) =>
    title === id ? { label: id } : { label: id, description: title },
  );
  items.sort((a, b) => Number(here.includes(b.label)) - Number(here.includes(a.label)));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Rule to explain'),
    matchOnDescription: true,
  });
  return picked?.label;
}

function rulesAtCursor(): readonly string[] {
  const editor = window.activeTextEditor;
  if (editor === undefined) return [];
  const found = languages
    .getDiagnostics(editor.document.uri)
    .filter(({ source, range }) => source === 'kubefathom' && range.contains(editor.selection.active))
    .map(({ code }) => (typeof code === 'object' ? String(code.value) : String(code)));
  return [...new Set(found)];
}
