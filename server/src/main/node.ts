import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { InitializationOptions } from '../lsp/messages.ts';
import { serve } from '../lsp/server.ts';
import { combineHosts, createClientHost } from './clientHost.ts';
import { createHelmRunner } from './helm.ts';
import { createNodeHost } from './nodeHost.ts';
import { tuneEngine } from './tuning.ts';

tuneEngine();
const connection = createConnection(ProposedFeatures.all);
serve(connection, {
  createHost: (client, params) => {
    const options = (params.initializationOptions ?? {}) as InitializationOptions;
    const local = createNodeHost(options.trusted === true ? createHelmRunner() : undefined);
    return options.clientReads === true ? combineHosts(local, createClientHost(client)) : local;
  },
  rulePage: (rule) => pathToFileURL(path.join(__dirname, '..', 'docs', 'rules', `${rule}.md`)).href,
});
connection.listen();
