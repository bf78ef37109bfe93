import { parseFixture } from '../../fixture.ts';

/** A chart with most of what templates do: conditions, loops, includes, `tpl`, a subchart, hooks, several documents in a file. */
export const SHOP = `
#- shop/Chart.yaml
apiVersion: v2
name: shop
version: 1.2.3
dependencies:
  - name: cache
    version: 0.1.0
    alias: store
#- shop/values.yaml
replicas: 2
port: 8080
ports:
  - name: http
    port: 80
  - name: admin
    port: 9000
labels:
  team: web
resources:
  limits:
    cpu: 1
greeting: "hello {{ .Release.Name }}"
ingress:
  enabled: false
store:
  port: 6379
#- shop/values-prod.yaml
replicas: 5
ingress:
  enabled: true
#- shop/ci/ha-values.yaml
replicas: 3
#- shop/templates/_helpers.tpl
{{- define "shop.fullname" -}}
{{ .Release.Name }}-{{ .Chart.Name }}
{{- end -}}
{{- define "shop.selector" -}}
app: shop
instance: {{ .Release.Name }}
{{- end }}
{{- define "shop.labels" -}}
{{ include "shop.selector" . }}
managed-by: kubefathom
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}
#- shop/templates/NOTES.txt
Visit {{ .Release.Name }}
#- shop/templates/deployment.yaml
{{- /* the only workload */ -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      {{- include "shop.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "shop.selector" . | nindent 8 }}
        tier: front
      annotations:
        greeting: {{ tpl .Values.greeting . | quote }}
    spec:
      {{- if .Values.serviceAccount }}
      serviceAccountName: {{ .Values.serviceAccount }}
      {{- else }}
      automountServiceAccountToken: false
      {{- end }}
      containers:
        - name: main
          image: "shop:{{ .Chart.Version }}"
          ports:
            {{- range .Values.ports }}
            - name: {{ .name }}
              containerPort: {{ .port }}
              protocol: TCP
            {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
#- shop/templates/services.yaml
{{- range .Values.ports }}
---
apiVersion: v1
kind: Service
metadata:
  name: shop-{{ .name }}
spec:
  selector:
    app: shop
  ports:
    - port: {{ .port }}
      targetPort: {{ .name }}
{{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: shop-headless
spec:
  clusterIP: None
  selector:
    app: shop
  ports: [{ name: http, port: 80, targetPort: http }]
#- shop/templates/ingress.yaml
{{- if .Values.ingress.enabled -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: shop-http
      port:
        number: 80
{{- end }}
#- shop/templates/extra.yaml
{{- if .Capabilities.APIVersions.Has "policy/v1" }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: shop
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: shop
{{- end }}
{{- if (lookup "v1" "Secret" "shop" "token") }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: found
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    "helm.sh/hook": pre-install
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: shop
          command:
            - sh
            - -c
            - |
              echo one
              echo two
#- shop/templates/tests/ping.yaml
apiVersion: v1
kind: Pod
metadata:
  name: ping
  annotations:
    helm.sh/hook: test
spec:
  containers:
    - name: ping
      image: busybox
#- shop/crds/widget.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: "{{ not a template }}"
#- shop/charts/cache/Chart.yaml
apiVersion: v2
name: cache
version: 0.1.0
#- shop/charts/cache/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-cache
spec:
  selector:
    app: cache
  ports:
    - name: redis
      port: {{ .Values.port }}
`;

/** The files of a fixture, by path below `/work`. */
export function filesOf(fixture: string): ReadonlyMap<string, string> {
  return new Map(parseFixture(fixture).files.map(({ path, text }) => [path, text]));
}
