"use strict";
// From answers of Prometheus to what a panel draws: named series on one time axis, or rows of a table.

const NAME = /\{\{\s*([\w.:-]+)\s*\}\}/g;

/** `template` with its `{{label}}`s filled in; without one, the series as PromQL writes it. */
function legend(template, labels) {
  if (template && template !== "__auto") return template.replace(NAME, (_, label) => labels[label] ?? "");
  const {__name__: metric = "", ...others} = labels;
  const inside = Object.entries(others)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(", ");
  if (template === "__auto" && Object.keys(others).length === 1) return Object.values(others)[0];
  return metric + (inside ? `{${inside}}` : "") || "Value";
}

/** Values as numbers; the data writes infinity as a word. */
function numbers(values) {
  return values.map(value => (value === null ? null : Number(value)));
}

/** The answers to a panel's queries, each with its query, and only the series that the page is narrowed to. */
function answers(panel) {
  const targets = new Map((panel.targets ?? []).map(target => [target.refId ?? "", target]));
  return (CONTENT.data[panel.id] ?? []).map(answer => ({
    ...answer,
    target: targets.get(answer.refId) ?? {},
    series: answer.series.filter(series => !only() || (series.labels.target ?? only()) === only()),
  }));
}

/** The one target that the page is narrowed to by `#target=name`, if it is. */
function only() {
  return new URLSearchParams(location.hash.slice(1)).get("target");
}

/**
 * The series of a panel on one axis: `{times, fields}`, times in Unix seconds.
 * A field is `{name, refId, labels, values, config}`; its values are as many as the times, null where there is none.
 */
function timeline(panel) {
  const asked = answers(panel).filter(answer => answer.step);
  const step = asked.length ? Math.min(...asked.map(answer => answer.step)) : 1;
  const start = asked.length ? Math.min(...asked.map(answer => answer.start)) : CONTENT.span.start;
  const count = Math.max(1, Math.floor((CONTENT.span.end - start) / step) + 1);
  const times = Array.from({length: count}, (_, place) => start + place * step);
  const fields = asked.flatMap(answer =>
    answer.series.map(series => {
      const values = new Array(count).fill(null);
      numbers(series.values).forEach((value, place) => {
        const at = Math.round((answer.start + (series.first + place) * answer.step - start) / step);
        if (at >= 0 && at < count) values[at] = value;
      });
      return named(panel, {
        name: legend(answer.target.legendFormat, series.labels),
        refId: answer.refId,
        labels: series.labels,
        values,
      });
    }),
  );
  return {times, step, fields: fields.filter(field => !hidden(field.config))};
}

/** The field with its configuration, under the name that this gives it. */
function named(panel, field) {
  const config = configured(panel, field);
  return {...field, config, name: config.displayName ? expand(config.displayName, {field}) : field.name};
}

function hidden(config) {
  const from = config.custom.hideFrom;
  return Boolean(from?.viz && from?.legend);
}

/** One figure a series: `[{name, labels, value, values, config}]`; `value` is what the panel makes of `values`. */
function figures(panel) {
  const options = panel.options?.reduceOptions ?? {};
  const calculation = options.calcs?.[0] ?? "lastNotNull";
  const found = answers(panel).flatMap(answer =>
    answer.series.map(series => {
      const values = numbers(series.values);
      const field = named(panel, {
        name: legend(answer.target.legendFormat, series.labels),
        refId: answer.refId,
        labels: series.labels,
        values,
      });
      return {...field, value: reduced(values, calculation)};
    }),
  );
  return applied(panel.transformations, "sortBy") ? ordered(found, panel) : found;
}

function applied(transformations, id) {
  return (transformations ?? []).find(one => one.id === id && !one.disabled);
}

function ordered(found, panel) {
  const by = applied(panel.transformations, "sortBy").options?.sort?.[0];
  const sign = by?.desc ? -1 : 1;
  return [...found].sort((a, b) => sign * ((a.value ?? -Infinity) - (b.value ?? -Infinity)));
}

const URL_VARIABLE = /\$\{?(__[\w.]+|\w+)(?:\[["']?([^\]"']+)["']?\])?(?::(\w+))?\}?/g;

/** Grafana's variables of a link or a name: `${__field.labels.target:percentencode}`, `${__value.raw}`, `$target`. */
function expand(text, {field, row, value} = {}) {
  return text.replace(URL_VARIABLE, (whole, path, key, form) => {
    const found = looked(path, key, {field, row, value});
    if (found === undefined) return path.startsWith("__") ? "" : whole;
    return form === "percentencode" || form === "queryparam" ? encodeURIComponent(found) : `${found}`;
  });
}

function looked(path, key, {field, row, value}) {
  const parts = path.split(".");
  switch (parts[0]) {
    case "__field":
      return parts[1] === "labels" ? (field?.labels?.[parts.slice(2).join(".") || key] ?? "") : field?.name;
    case "__series":
      return field?.name;
    case "__value":
      return value ?? "";
    case "__data":
      return row?.[parts.slice(2).join(".") || key] ?? "";
    case "__url_time_range":
      return `from=${CONTENT.span.start * 1000}&to=${CONTENT.span.end * 1000}`;
    case "__all_variables":
      return "";
    default:
      return CONTENT.variables[path];
  }
}
