// Text as somebody writes it who wants more than to be read: in every place of a page where text can stand. Each that comes to life
// sets `__xss`, opens a dialog, or leaves an element with the attribute `data-xss`.

/** With the place that it is meant for. */
export const HOSTILE: Record<string, string> = {
  element: "<script data-xss>window.__xss=1</script>",
  handler: '<img src="/x" onerror="window.__xss=1" data-xss>',
  drawing: "<svg data-xss onload=alert(1)><a href=javascript:alert(1)>x</a></svg>",
  attribute: '" autofocus onfocus="window.__xss=1" data-xss="',
  "single quotes": "' onmouseover='alert(1)' data-xss='",
  "no quotes": "x onclick=alert(1) data-xss=1",
  "end of a text": "</textarea></title></pre></code><b data-xss>x</b>",
  "end of a script": "</script><b data-xss>x</b><script>alert(1)</script>",
  comment: "--><b data-xss>x</b><!--",
  data: ']]><b data-xss>x</b>{"a":"</script>"}',
  template: "{{constructor.constructor('alert(1)')()}}",
  htmx: '<p hx-get="/console" hx-trigger="load" hx-on:click="alert(1)" data-xss>x</p>',
  "right to left": "abc\u202egnp.exe\u2066 \u200b",
  entities: "&lt;b data-xss&gt; &#60;b data-xss&#62;x",
  formula: '=HYPERLINK("http://127.0.0.1:1/","x")',
};

/** One line of them all. */
export const everything = Object.values(HOSTILE).join(" ");
