/** A Deployment and its Service, as people write them. */
export const MANIFEST = `# The shop's front door
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, "tier": front}
spec:
  replicas: 2 # two are enough
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: nginx
          image: 'nginx:1.27'
          args: ["-g", daemon off;]
          ports:
            - containerPort: 8080
              name: http
---
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    note: |
      first line
        deeper
spec:
  selector:
    app: web
  ports:
  - port: 80
    targetPort: http
`;
