import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client, type ClientOptions } from './client.ts';

export const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
`;

export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web
          ports:
            - name: http
              containerPort: 8080
`;

export const UNRESOLVED = 'service-targetport-unresolved';

/** For a suite: a temporary folder a test, and clients that end with it. */
export function workplace() {
  let root = '';
  let clients: Client[] = [];
  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kubefathom-')));
    clients = [];
  });
  afterEach(() => {
    for (const client of clients) client.kill();
    rmSync(root, { recursive: true, force: true });
  });
  const at = (name: string) => path.join(root, name);
  return {
    get root() {
      return root;
    },
    at,
    write: (name: string, text: string | Uint8Array): string => {
      mkdirSync(path.dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text);
      return at(name);
    },
    read: (name: string) => readFileSync(at(name), 'utf8'),
    copyShop: (): string => {
      cpSync('examples/shop', at('shop'), { recursive: true });
      return at('shop');
    },
    start: async (options: ClientOptions = {}): Promise<Client> => {
      const client = await Client.start({ roots: [root], ...options });
      clients.push(client);
      return client;
    },
  };
}
