import type { Place, Report } from '../report.ts';

/** The report as the JSON document that docs/cli.md describes. */
export function formatJson(report: Report): string {
  const omitted = Math.max(0, report.findings.length - report.limit);
  const findings = report.findings.slice(0, report.limit).map(({ diagnostic, place, related }) => ({
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...placeFields(place),
    ...(diagnostic.resource === undefined ? {} : { resource: describe(diagnostic.resource) }),
    units: diagnostic.units,
    related: related.map((other) => ({ ...placeFields(other), message: other.message })),
    fixes: (diagnostic.fixes ?? []).map(({ title, safe }) => ({ title, safe })),
  }));
  const document = {
    version: 1,
    findings,
    ...(omitted === 0 ? {} : { omitted }),
    files: {
      read: report.filesRead,
      ...(report.templates === 0 ? {} : { templates: report.templates }),
      skipped: report.skipped,
    },
    resources: report.resources,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function placeFields({ file, line, column, endLine, endColumn }: Place): Place {
  return { file, line, column, endLine, endColumn };
}

function describe(resource: NonNullable<Report['findings'][number]['diagnostic']['resource']>): Record<string, string> {
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    ...(resource.namespace?.value === undefined ? {} : { namespace: resource.namespace.value }),
    ...(resource.name?.value === undefined ? {} : { name: resource.name.value }),
  };
}
