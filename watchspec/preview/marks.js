"use strict";
// What a dashboard marks on its charts, and what the pointer shows.

/** The marks of the dashboard's annotations: `[{from, to, title, text, color}]` in Unix seconds, the earliest first. */
function events() {
  const annotations = CONTENT.dashboard.annotations?.list ?? [];
  return CONTENT.marks
    .flatMap(({place, series, start, step}) => {
      const {titleFormat, textFormat, iconColor, name} = annotations[place];
      return series
        .filter(one => !only() || (one.labels.target ?? only()) === only())
        .flatMap(one => {
          const times = one.values.map((_, at) => start + (one.first + at) * step);
          return pieces(
            times,
            step,
            one.values.map(value => (value === null ? null : 1)),
          ).map(({from, to}) => ({
            from,
            to,
            name,
            color: iconColor,
            title: titleFormat ? legend(titleFormat, one.labels) : name,
            text: textFormat ? legend(textFormat, one.labels) : "",
          }));
        });
    })
    .sort((a, b) => a.from - b.from);
}

/** What the charts mark, in words. */
function fired() {
  const found = CONTENT.events;
  if (!found.length) return "";
  const names = [...new Set(found.map(event => event.name))];
  const items = found
    .slice(0, 200)
    .map(event =>
      make(
        "li",
        {},
        swatch(css(event.color)),
        make("b", {}, event.title),
        ` ${event.text} `,
        make("span", {class: "when"}, `${when(event.from)} to ${when(event.to)}`),
      ),
    );
  return make(
    "details",
    {class: "events", open: onPaper()},
    make("summary", {}, `${names.join(", ")}: ${found.length} in this time`),
    make("ul", {}, items),
  );
}

/** What the dashboard marks on its charts: when it began, and how long it lasted. */
function marked(u) {
  const {left, top, width, height} = u.bbox;
  const {ctx} = u;
  const bar = 3 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height + bar);
  ctx.clip();
  for (const {from, to, color} of together(CONTENT.events)) {
    const [begin, end] = [from, to].map(time => u.valToPos(time, "x", true));
    ctx.fillStyle = faded(css(color), 0.07);
    ctx.fillRect(begin, top, Math.max(end - begin, 1), height);
    ctx.fillStyle = css(color);
    ctx.fillRect(begin, top + height, Math.max(end - begin, 2), bar);
  }
  ctx.restore();
}

/** Marks of one colour that overlap are one stretch: many at once are not darker than one. */
function together(events) {
  const found = [];
  for (const {from, to, color} of events) {
    const last = found.findLast(one => one.color === color);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({from, to, color});
  }
  return found;
}

/** The values at the cursor, the highest first, and what was marked there. */
function pointed(u, fields, colors) {
  const tip = document.getElementById("tip");
  const at = u.cursor.idx;
  if (!u.over.matches(":hover")) return;
  if (at === null || at === undefined || u.cursor.left < 0) {
    tip.hidden = true;
    return;
  }
  const time = u.data[0][at];
  const there = fields
    .map((field, index) => ({field, color: colors[index], value: field.values[at], shown: u.series[index + 1].show}))
    .filter(one => one.shown && one.value !== null)
    .sort((a, b) => b.value - a.value);
  const events = CONTENT.events.filter(event => event.from <= time && time <= event.to);
  tip.replaceChildren(
    make("p", {}, moment(time * 1000)),
    ...there
      .slice(0, 20)
      .map(one =>
        make(
          "p",
          {},
          swatch(one.color),
          make("span", {}, one.field.name),
          make("b", {}, display(one.field.config, one.value).text),
        ),
      ),
    ...events.slice(0, 5).map(event => make("p", {}, swatch(css(event.color)), make("span", {}, event.title))),
  );
  placed(tip, u.over.getBoundingClientRect(), u.cursor);
}

function placed(tip, box, cursor) {
  tip.hidden = false;
  const [x, y] = [box.left + cursor.left, box.top + cursor.top];
  const left = x + 16 + tip.offsetWidth > innerWidth ? x - 16 - tip.offsetWidth : x + 16;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, Math.min(y, innerHeight - tip.offsetHeight - 8))}px`;
}
