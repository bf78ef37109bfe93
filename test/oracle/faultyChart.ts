export const SELECTS_NOTHING = 'service-selector-no-match';

/** The files of a chart with two selectors that match nothing: one is written in its template, the other one in its values. */
export const CHART: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'values.yaml': 'selects: api\n',
  'values-prod.yaml': 'selects: web\n',
  'templates/services.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector:
    app: wbe
  ports:
    - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: other
spec:
  selector:
    app: {{ .Values.selects }}
  ports:
    - port: 80
`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
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
`,
};
