import type { Random } from './random.ts';

export type Fault = 'service-selector' | 'target-port' | 'ingress-backend' | 'policy-selector' | 'autoscaler-target';

export interface AppRequest {
  readonly team: string;
  readonly name: string;
  /** Left out of the manifests where `undefined`. */
  readonly namespace: string | undefined;
  readonly fault: Fault | undefined;
}

export interface AppDocument {
  readonly kind: string;
  readonly text: string;
}

/** The objects of one application: a workload, its Service, and what most have beside them. One kind stands once at most. */
export function generateApp(random: Random, request: AppRequest): readonly AppDocument[] {
  const { fault } = request;
  const port = random.pick([3000, 5000, 8000, 8080, 9000]);
  const workload = random.chance(0.1) ? 'StatefulSet' : 'Deployment';
  const app: App = { ...request, workload, port, labels: labelsOf(random, request) };
  const documents: AppDocument[] = [workloadOf(random, app), serviceOf(random, app)];
  if (random.chance(0.8)) documents.push(configMapOf(random, app));
  if (fault === 'policy-selector' || random.chance(0.6)) documents.push(policyOf(app));
  if (fault === 'ingress-backend' || random.chance(0.25)) documents.push(ingressOf(app));
  if (fault === 'autoscaler-target' || random.chance(0.2)) documents.push(autoscalerOf(app));
  if (random.chance(0.2)) documents.push(budgetOf(app));
  if (random.chance(0.4)) documents.push({ kind: 'ServiceAccount', text: head('v1', 'ServiceAccount', app) });
  if (random.chance(0.15)) documents.push(monitorOf(app));
  return documents;
}

interface App extends AppRequest {
  readonly workload: 'Deployment' | 'StatefulSet';
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
}

function labelsOf(random: Random, { team, name }: AppRequest): Readonly<Record<string, string>> {
  if (random.chance(0.4)) return { app: name };
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': `${name}-main`,
    ...(random.chance(0.5) ? { 'app.kubernetes.io/component': random.pick(['backend', 'frontend', 'worker']) } : {}),
    ...(random.chance(0.3) ? { tier: random.pick(['edge', 'middle', 'data']), team } : {}),
  };
}

function head(apiVersion: string, kind: string, { name, namespace, team, labels }: App): string {
  const place = namespace === undefined ? '' : `  namespace: ${namespace}\n`;
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
${place}  labels:
${pairs({ ...labels, 'app.kubernetes.io/part-of': team, 'app.kubernetes.io/managed-by': 'platform' }, 4)}`;
}

function workloadOf(random: Random, app: App): AppDocument {
  const { name, namespace, team, port, labels, workload: kind } = app;
  const template = { ...labels, 'app.kubernetes.io/part-of': team, 'app.kubernetes.io/managed-by': 'platform' };
  const text = `${head('apps/v1', kind, app)}spec:
  replicas: ${random.integer(1, 5)}
${kind === 'StatefulSet' ? `  serviceName: ${name}\n` : ''}  selector:
    matchLabels:
${pairs(labels, 6)}  template:
    metadata:
      labels:
${pairs(template, 8)}      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9102"
    spec:
      securityContext:
        runAsNonRoot: true
      containers:
        - name: ${name}
          image: registry.example.com/${team}/${name}:${random.integer(1, 9)}.${random.integer(0, 40)}.${random.integer(0, 9)}
          # The port that the Service leads to
          ports:
            - name: http
              containerPort: ${port}
              protocol: TCP
            - name: metrics
              containerPort: 9102
          env:
            - name: LOG_LEVEL
              value: ${random.pick(['info', 'debug', 'warn'])}
            - name: PUBLIC_URL
              value: http://${namespace === undefined ? name : `${name}.${namespace}.svc.cluster.local`}:80/health
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef:
                  name: ${name}-database
                  key: url
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /healthz
              port: http
            initialDelaySeconds: 10
          resources:
            requests:
              cpu: ${random.integer(1, 8) * 50}m
              memory: ${random.integer(1, 8) * 64}Mi
            limits:
              memory: ${random.integer(8, 16) * 64}Mi
          volumeMounts:
            - name: config
              mountPath: /etc/app
      volumes:
        - name: config
          configMap:
            name: ${name}
`;
  return { kind, text };
}

function serviceOf(random: Random, app: App): AppDocument {
  const { labels, fault, name, port } = app;
  const [firstKey = 'app'] = Object.keys(labels);
  const selector = fault === 'service-selector' ? { ...labels, [firstKey]: swapLetters(name) } : labels;
  const target = fault === 'target-port' ? 'htpp' : random.chance(0.5) ? 'http' : String(port);
  const text = `${head('v1', 'Service', app)}spec:
  type: ClusterIP
  selector:
${pairs(selector, 4)}  ports:
    - name: http
      port: 80
      targetPort: ${target}
      protocol: TCP
    - name: metrics
      port: 9102
      targetPort: metrics
`;
  return { kind: 'Service', text };
}

function configMapOf(random: Random, app: App): AppDocument {
  const lines = Array.from(
    { length: random.integer(4, 30) },
    (_, index) =>
      `    section${index}.setting = ${random.pick(['on', 'off', 'auto'])} # section ${index} of the application\n`,
  );
  return {
    kind: 'ConfigMap',
    text: `${head('v1', 'ConfigMap', app)}data:\n  LOG_FORMAT: json\n  app.conf: |\n${lines.join('')}`,
  };
}

function policyOf(app: App): AppDocument {
  const { labels, fault, name, team, port } = app;
  const [firstKey = 'app'] = Object.keys(labels);
  const selector = fault === 'policy-selector' ? { ...labels, [firstKey]: swapLetters(name) } : labels;
  const text = `${head('networking.k8s.io/v1', 'NetworkPolicy', app)}spec:
  podSelector:
    matchLabels:
${pairs(selector, 6)}  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/part-of: ${team}
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ${team}
      ports:
        - protocol: TCP
          port: ${port}
  egress:
    - to:
        - namespaceSelector: {}
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
`;
  return { kind: 'NetworkPolicy', text };
}

function ingressOf(app: App): AppDocument {
  const { name, team, fault } = app;
  const text = `${head('networking.k8s.io/v1', 'Ingress', app)}spec:
  ingressClassName: nginx
  rules:
    - host: ${name}.${team}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${fault === 'ingress-backend' ? swapLetters(name) : name}
                port:
                  name: http
  tls:
    - hosts:
        - ${name}.${team}.example.com
      secretName: ${name}-tls
`;
  return { kind: 'Ingress', text };
}

function autoscalerOf(app: App): AppDocument {
  const { name, fault, workload } = app;
  const text = `${head('autoscaling/v2', 'HorizontalPodAutoscaler', app)}spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: ${workload}
    name: ${fault === 'autoscaler-target' ? swapLetters(name) : name}
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
`;
  return { kind: 'HorizontalPodAutoscaler', text };
}

function budgetOf(app: App): AppDocument {
  const text = `${head('policy/v1', 'PodDisruptionBudget', app)}spec:
  minAvailable: 1
  selector:
    matchLabels:
${pairs(app.labels, 6)}`;
  return { kind: 'PodDisruptionBudget', text };
}

function monitorOf(app: App): AppDocument {
  const text = `${head('monitoring.coreos.com/v1', 'ServiceMonitor', app)}spec:
  selector:
    matchLabels:
${pairs(app.labels, 6)}  endpoints:
    - port: metrics
      interval: 30s
`;
  return { kind: 'ServiceMonitor', text };
}

function pairs(labels: Readonly<Record<string, string>>, indent: number): string {
  return Object.entries(labels)
    .map(([key, value]) => `${' '.repeat(indent)}${key}: ${value}\n`)
    .join('');
}

/** A slip of the fingers: `web-1` is `wbe-1`. */
function swapLetters(name: string): string {
  return name.charAt(0) + name.charAt(2) + name.charAt(1) + name.slice(3);
}
