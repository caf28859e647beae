"use strict";
// State timelines: one bar a series, in pieces as long as a state lasted.

/** A state timeline panel. */
function drawStates(panel, height) {
  const {times, step, fields} = timeline(panel);
  if (!fields.length) return note(panel.fieldConfig?.defaults?.noValue ?? "no data");
  const room = ((height - 24) / fields.length) * (panel.options?.rowHeight ?? 0.9);
  const tall = `${Math.round(Math.min(Math.max(room, 14), 44))}px`;
  const rows = fields.map((field, index) => {
    const found = pieces(times, step, field.values).map(piece => ({...piece, ...display(field.config, piece.value)}));
    const texts = panel.options?.showValue ?? "auto";
    return make(
      "tr",
      {},
      make("th", {scope: "row"}, linked(field.name, field.config.links, {field})),
      make(
        "td",
        {},
        make(
          "div",
          {class: "states", role: "img", "aria-label": told(found), style: {height: tall}},
          found.map(piece => drawnPiece(piece, field, index, texts)),
        ),
      ),
    );
  });
  const shown = make(
    "table",
    {class: "timeline"},
    make("caption", {class: "unseen"}, panel.title),
    make("tbody", {}, rows),
    make("tfoot", {"aria-hidden": "true"}, make("tr", {}, make("td"), make("td", {}, hours()))),
  );
  return make("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": panel.title}, shown);
}

/** Stretches of the same value, `{value, from, to}` in Unix seconds; where there is none, there is none. */
function pieces(times, step, values) {
  const found = [];
  values.forEach((value, at) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last && last.value === value && last.end === at) last.end = at + 1;
    else found.push({value, from: times[at], end: at + 1});
  });
  return found
    .map(({value, from, end}) => ({
      value,
      from: Math.max(from, CONTENT.span.start),
      to: Math.min(times[0] + end * step, CONTENT.span.end),
    }))
    .filter(piece => piece.to > piece.from);
}

function told(found) {
  const said = found.slice(-12).map(piece => `${piece.text} ${when(piece.from)} to ${when(piece.to)}`);
  return (found.length > said.length ? "earlier ones left out; " : "") + (said.join(", ") || "no data");
}

function drawnPiece({from, to, text, color, value}, field, index, texts) {
  const width = to - from;
  const whole = CONTENT.span.end - CONTENT.span.start;
  const background = color ? css(color) : fieldColor(field.config, index, value);
  return make(
    "span",
    {
      title: `${field.name}: ${text}, ${when(from)} to ${when(to)}`,
      style: {
        left: `${((from - CONTENT.span.start) / whole) * 100}%`,
        width: `${(width / whole) * 100}%`,
        background,
        color: readable(background),
      },
    },
    texts !== "never" && width / whole > 0.06 ? text : "",
  );
}

/** A few round times below the bars. */
function hours() {
  const {start, end} = CONTENT.span;
  const step =
    [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000].find(
      one => (end - start) / one <= 6,
    ) ?? 2592000;
  const shift = new Date(start * 1000).getTimezoneOffset() * 60;
  const found = [];
  for (let time = Math.ceil((start - shift) / step) * step + shift; time < end; time += step) {
    const share = (time - start) / (end - start);
    if (share > 0.06 && share < 0.94) found.push(make("span", {style: {left: `${share * 100}%`}}, timed(time)));
  }
  return make("div", {class: "hours"}, found);
}
