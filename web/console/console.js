// What brings the console's pages to life. They can be read, and their forms be sent, without it.

document.documentElement.classList.add("js");

/** Copies what stands in the element that the button names. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  if (!source) return;
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
    button.textContent = "Copied";
  } catch {
    getSelection()?.selectAllChildren(source);
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => {
    button.textContent = before;
  }, 1500);
});

/** A form is sent once, however often somebody clicks. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  // A form that a script sends may be sent again.
  if (form.hasAttribute("hx-post") || form.method !== "post") return;
  form.dataset.sent = "yes";
});
// Back from another page, a form can be sent anew.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

const UNITS = {
  count: (value) => value.toLocaleString("en"),
  millis: (value) => (value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`),
  dollars: (value) => `$${value < 1 ? value.toPrecision(2) : value.toFixed(2)}`,
  percent: (value) => `${Math.round(value * 10) / 10} %`,
};

const COLOURS = [
  ["#2563eb", "#8ab4ff"],
  ["#b45309", "#fbbf24"],
  ["#0f766e", "#5eead4"],
  ["#be185d", "#f9a8d4"],
  ["#6d28d9", "#c4b5fd"],
  ["#4d7c0f", "#bef264"],
];

/** Draws the charts of a part of the page. */
function draw(root) {
  if (!window.uPlot) return;
  for (const place of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
    place.dataset.drawn = "yes";
    const { unit, times, lines } = JSON.parse(place.dataset.chart);
    const style = getComputedStyle(document.documentElement);
    const dark =
      style.colorScheme === "dark" ||
      (style.colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    const write = UNITS[unit] ?? UNITS.count;
    const ink = getComputedStyle(place).color;
    const faint = dark ? "#333c49" : "#e2e5ea";
    const axis = { stroke: ink, grid: { stroke: faint, width: 1 }, ticks: { stroke: faint, width: 1 } };
    const size = () => ({ width: Math.max(place.clientWidth, 200), height: 180 });
    const plot = new uPlot(
      {
        ...size(),
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), high ? high * 1.1 : 1] } },
        axes: [axis, { ...axis, size: 70, values: (_, values) => values.map(write) }],
        series: [
          {},
          ...lines.map(({ name }, at) => ({
            label: name,
            stroke: COLOURS[at % COLOURS.length][dark ? 1 : 0],
            width: 2,
            spanGaps: false,
            points: { show: times.length < 40, size: 5 },
            value: (_, value) => (value === null || value === undefined ? "–" : write(value)),
          })),
        ],
      },
      [times, ...lines.map(({ values }) => values)],
      place,
    );
    new ResizeObserver(() => plot.setSize(size())).observe(place);
  }
}

/** Fields whose errors came or went while somebody typed say so to whoever does not see colours. */
function mark() {
  for (const field of document.querySelectorAll(":is(input, select, textarea)[aria-describedby]")) {
    const errors = field
      .getAttribute("aria-describedby")
      .split(" ")
      .filter((id) => id.endsWith("-error"));
    const wrong = errors.some((id) => document.getElementById(id)?.textContent);
    if (wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

document.addEventListener("DOMContentLoaded", () => draw(document));
document.addEventListener("htmx:after:swap", mark);
document.addEventListener("htmx:after:swap", () => draw(document));
