// Shows deliveries as they come. The server sends what is new when it is asked for more, and it is asked once the last rows are
// drawn: whoever is slow gets fewer rows, and nothing piles up on either side.

const ROWS = 200;
const LONGEST_WAIT = 30_000;
const TONES = { delivered: "good", retrying: "warning", dead: "bad" };

for (const root of document.querySelectorAll("[data-tail]")) watch(root);

function watch(root) {
  const part = (name) => root.querySelector(`[data-tail-${name}]`);
  const rows = part("rows");
  const counts = { seen: 0, skipped: 0 };
  /** When how many came, over the last seconds. */
  let recent = [];
  let waits = 0;
  /** Where the next connection goes on. */
  let cursor;
  let socket;
  let isPaused = false;
  let isOwed = false;

  function connect() {
    const url = new URL(root.dataset.tail, location.href);
    if (cursor) url.searchParams.set("after", cursor);
    const opened = new WebSocket(url);
    socket = opened;
    isOwed = false;
    opened.addEventListener("open", () => {
      waits = 0;
      state(isPaused ? "paused" : "live", isPaused ? "quiet" : "good");
    });
    opened.addEventListener("message", ({ data }) => {
      show(JSON.parse(data));
      isOwed = true;
      // Not before the rows are on the screen; a page that nobody sees asks again when it is seen.
      requestAnimationFrame(more);
    });
    opened.addEventListener("close", () => {
      if (socket !== opened) return;
      waits += 1;
      // The first time at once: connections end now and then, so that it is asked who watches.
      const wait = waits === 1 ? 100 : Math.min(LONGEST_WAIT, 500 * 2 ** waits) * (0.5 + Math.random() / 2);
      if (waits > 1) state("reconnecting", "warning");
      setTimeout(connect, wait);
    });
  }

  function more() {
    if (!isOwed || isPaused || socket.readyState !== WebSocket.OPEN) return;
    isOwed = false;
    socket.send("more");
  }

  function state(text, tone) {
    const badge = part("state");
    badge.textContent = text;
    badge.className = `badge ${tone}`;
  }

  function show({ skipped, deliveries, cursor: place }) {
    cursor = place;
    const fragment = document.createDocumentFragment();
    for (const delivery of deliveries.toReversed()) fragment.append(row(delivery));
    rows.prepend(fragment);
    while (rows.childElementCount > ROWS) rows.lastElementChild.remove();
    const lost = skipped ?? 0;
    counts.seen += deliveries.length + lost;
    counts.skipped += lost;
    recent.push([performance.now(), deliveries.length + lost]);
    part("seen").textContent = counts.seen.toLocaleString("en");
    part("skipped").textContent = counts.skipped.toLocaleString("en") + (skipped === null ? " or more" : "");
    part("lost").hidden = counts.skipped === 0 && skipped !== null;
    part("empty").hidden = true;
  }

  part("pause").addEventListener("click", ({ currentTarget }) => {
    isPaused = !isPaused;
    currentTarget.setAttribute("aria-pressed", String(isPaused));
    currentTarget.textContent = isPaused ? "Go on" : "Pause";
    state(isPaused ? "paused" : "live", isPaused ? "quiet" : "good");
    more();
  });

  setInterval(() => {
    const since = performance.now() - 5000;
    recent = recent.filter(([at]) => at > since);
    const rate = recent.reduce((sum, [, count]) => sum + count, 0) / 5;
    part("rate").textContent = rate >= 10 || rate === 0 ? Math.round(rate).toString() : rate.toFixed(1);
  }, 1000);
  connect();
}

function row({ id, event_type, state, status, failure, latency_ms, at }) {
  const line = document.createElement("tr");
  const link = element("a", event_type);
  link.href = `/console/deliveries/${encodeURIComponent(id)}`;
  const head = document.createElement("th");
  head.scope = "row";
  head.append(link);
  const answer = status ?? failure;
  const taken = status >= 200 && status < 300;
  const millis = latency_ms === null ? "–" : `${latency_ms.toLocaleString("en")} ms`;
  line.append(
    head,
    cell(element("span", state, `badge ${TONES[state] ?? "quiet"}`)),
    cell(element("span", answer ?? "–", answer === null ? "muted" : `badge ${taken ? "good" : "bad"}`)),
    cell(millis, "number"),
    cell(at.slice(11, 23).replace("Z", "")),
  );
  return line;
}

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = String(text);
  if (className) made.className = className;
  return made;
}

function cell(content, className = "") {
  const made = document.createElement("td");
  made.append(content);
  if (className) made.className = className;
  return made;
}
