// @ts-check
// What people ask models, and what these answer.

/** @typedef {{ feature: string, system: string, prompt: string, answer: string }} Talk */

const SUPPORT = "You are the support assistant of a bicycle shop. Be brief and friendly.";

/** @type {Talk[]} */
export const TALKS = [
  {
    feature: "support-chat",
    system: SUPPORT,
    prompt: "My order 4471 still says 'packed'. When will it leave?",
    answer: "It leaves with tomorrow's van at nine, and you get a message with the tracking number then.",
  },
  {
    feature: "support-chat",
    system: SUPPORT,
    prompt: "Passt der Gepäckträger auch an ein 29-Zoll-Rad mit Scheibenbremse?",
    answer:
      "Ja. Für Scheibenbremsen liegt ein längerer Strebensatz bei; außen bleibt genug Platz für Taschen.",
  },
  {
    feature: "support-chat",
    system: SUPPORT,
    prompt: "Bonjour, puis-je échanger ce casque contre la taille au-dessus ?",
    answer: "Bien sûr : renvoyez-le sous trente jours, nous vous expédions l'autre taille sans frais.",
  },
  {
    feature: "support-chat",
    system: SUPPORT,
    prompt: "¿La batería se puede cargar con temperaturas bajo cero?",
    answer: "Mejor no: déjela una hora a temperatura ambiente antes de cargarla, así dura más. 🔋",
  },
  {
    feature: "support-chat",
    system: SUPPORT,
    prompt: "チェーンの交換時期の目安を教えてください。",
    answer: "伸びが0.75%に達したら交換をおすすめします。毎日乗る場合は、およそ3,000kmが目安です。",
  },
  {
    feature: "support-chat",
    system: SUPPORT,
    prompt: "هل يمكنني استلام الطلب من المتجر يوم الجمعة؟",
    answer: "نعم، المتجر مفتوح يوم الجمعة من الثانية ظهرًا حتى الثامنة مساءً.",
  },
  {
    feature: "translation",
    system: "Translate into English. Answer with the translation alone.",
    prompt: "这款头灯在最亮模式下可以使用多长时间？",
    answer: "How long does this headlamp last at its brightest setting?",
  },
  {
    feature: "translation",
    system: "Translate into English. Answer with the translation alone.",
    prompt: "मुझे अपने बच्चे के लिए एक छोटी साइकिल चाहिए।",
    answer: "I need a small bicycle for my child.",
  },
  {
    feature: "summarise",
    system: "Summarise the ticket in one sentence for the person who takes it over.",
    prompt:
      "Customer writes that the rear light flickers since the firmware update, that a reset did not help, and asks for a refund or an older firmware.",
    answer:
      "Rear light flickers since the firmware update despite a reset; the customer wants a refund or a downgrade.",
  },
  {
    feature: "search",
    system: "Turn the question into a query for the catalogue, as JSON.",
    prompt: "waterproof panniers under eighty euros, not black",
    answer:
      '{"category":"panniers","waterproof":true,"price":{"max":80,"currency":"EUR"},"not":{"colour":["black"]}}',
  },
  {
    feature: "code-review",
    system: "Review the change. Name the most serious problem first.",
    prompt: "```diff\n-  if (stock > 0) reserve(item);\n+  if (stock >= 0) reserve(item);\n```",
    answer:
      "`>=` reserves an item that is sold out: with a stock of 0 the branch is now taken.\n\n1. Restore `>`.\n2. Add a test for 0.",
  },
  {
    feature: "code-review",
    system: "Review the change. Name the most serious problem first.",
    prompt: 'Is this safe? `element.innerHTML = "<b>" + name + "</b>"`',
    answer: "No: a name such as `<img src=x onerror=…>` would run as a script. Set `textContent` instead.",
  },
];

/** What a model calls instead of answering. */
export const TOOLS = [
  { name: "find_order", input: { order: 4471 }, prompt: "Where is my order 4471?" },
  {
    name: "check_stock",
    input: { sku: "PAN-80-GRN", shop: "Lyon" },
    prompt: "Is the green pannier there in Lyon?",
  },
  {
    name: "book_repair",
    input: { date: "2026-12-03", service: "brakes" },
    prompt: "Book my brakes for 3 December.",
  },
];

/** How calls fail: what the provider answers. */
export const FAILURES = [
  { status: 429, message: "Rate limit reached for requests per minute." },
  { status: 529, message: "Overloaded" },
  { status: 500, message: "The server had an error while processing your request." },
  { status: 504, message: "The upstream request timed out." },
  { status: 400, message: "This model's maximum context length was exceeded." },
];

/** What guardrails find. */
export const FINDINGS = [
  { guardrail: "pii", reason: "a card number was found in the prompt" },
  { guardrail: "prompt-injection", reason: "the prompt asks to ignore what the assistant was told" },
  { guardrail: "topics", reason: "medical advice is none of this assistant's topics" },
];
